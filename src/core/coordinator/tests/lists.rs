//! A list that lacks a job, fails, or was just had.

use super::sim::{CONFIG, JOB_BYTES, Reply, Sim, processing, status};
use super::*;
use crate::core::error::Error;
use crate::core::wait::PollInterval;

#[test]
fn an_id_that_the_list_lacks_is_asked_for_by_itself_until_the_list_has_it() {
    let mut sim = Sim::new(0.0, |now, endpoint, _| match endpoint {
        Endpoint::GetJob => Reply::Job("p", processing(now)),
        Endpoint::ListJobs => {
            let known = if now < 25_000.0 { 2 } else { 3 };
            Reply::List((0..known).map(|job| (job_name(job), processing(now))).collect())
        }
    });
    for job in 0..3 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(55_000.0);
    assert_eq!(sim.times("[p]"), [10_000.0, 20_000.0, 30_000.0, 40_000.0, 50_000.0]);
    assert_eq!(sim.times("job_2"), [0.0, 10_000.0, 20_000.0, 30_000.0]);
    assert_eq!(sim.times("job_0"), [0.0]);
}

#[test]
fn a_job_that_moved_to_another_project_is_followed_there() {
    let mut sim = Sim::new(0.0, |now, endpoint, id| match (endpoint, id) {
        (Endpoint::GetJob, "job_0") if now < 15_000.0 => Reply::Job("p", processing(now)),
        (Endpoint::GetJob, "job_1") => Reply::Job("p", processing(now)),
        (Endpoint::GetJob, _) => Reply::Job("q", processing(now)),
        (_, "p") if now < 15_000.0 => {
            Reply::List((0..2).map(|job| (job_name(job), processing(now))).collect())
        }
        (_, "p") => Reply::List(vec![("job_1".into(), processing(now))]),
        _ => Reply::List([0, 2].map(|job| (job_name(job), processing(now))).into()),
    });
    for project in ["p", "q"] {
        sim.coordinator.list_weighs(project, 2.0 * JOB_BYTES);
    }
    for job in 0..3 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(45_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 20_000.0]);
    assert_eq!(sim.times("[q]"), [30_000.0, 40_000.0]);
    assert_eq!(sim.times("[p]"), [10_000.0, 20_000.0]);
}

#[test]
fn a_project_that_all_its_jobs_left_while_its_list_was_requested_is_forgotten_with_the_request() {
    let mut sim = Sim::new(0.0, |now, endpoint, _| match endpoint {
        Endpoint::GetJob => Reply::Job(if now < 10_000.0 { "p" } else { "q" }, processing(now)),
        Endpoint::ListJobs => Reply::Silence,
    });
    sim.coordinator.list_weighs("p", 2.0 * JOB_BYTES);
    let mut waits = [0, 1].map(|job| sim.wait(&job_name(job), CONFIG)).to_vec();
    sim.run(11_000.0);
    waits.extend([0, 1].map(|job| sim.wait(&job_name(job), CONFIG)));
    sim.run(12_000.0);
    assert_eq!((sim.times("[p]"), sim.times("job_0")), (vec![10_000.0], vec![0.0, 11_000.0]));
    for wait in waits {
        sim.coordinator.leave(wait);
    }
    sim.step();
    assert_eq!((sim.aborted.len(), sim.in_flight(), sim.coordinator.targets.len()), (1, 0, 0));
}

#[test]
fn whose_get_job_hangs_is_served_by_the_next_list_that_has_the_job() {
    for reply in [|| Reply::Silence, || Reply::Hangs] {
        let mut sim = Sim::new(100.0, move |now, endpoint, id| match (endpoint, id) {
            (Endpoint::GetJob, "job_0") => reply(),
            (Endpoint::GetJob, _) => Reply::Job("p", processing(now)),
            _ => {
                let state = if now < 8_000.0 { processing(now) } else { completed(8_000.0) };
                Reply::List((0..2).map(|job| (job_name(job), state)).collect())
            }
        });
        sim.retries = true;
        let wait = sim.wait("job_0", CONFIG);
        sim.watch("p", CONFIG);
        sim.run(60_000.0);
        assert_eq!((sim.times("job_0"), sim.aborted.len()), (vec![0.0], 1));
        let ended: Vec<_> = sim.notifications.iter().filter(|(_, told)| told.subscriber == wait).collect();
        let end = Outcome::Job { index: 0, fresh: true, end: Some(End::Terminal) };
        assert_eq!(
            ended.iter().map(|(at, told)| (*at, &told.outcome)).collect::<Vec<_>>(),
            [(10_200.0, &end)]
        );
    }
}

#[test]
fn a_get_job_that_is_merely_under_way_is_left_to_it_when_a_list_comes() {
    let mut sim = Sim::new(4_000.0, |now, endpoint, _| match endpoint {
        Endpoint::GetJob => Reply::Job("p", processing(now)),
        Endpoint::ListJobs => Reply::List(vec![("job_0".into(), processing(now))]),
    });
    sim.watch("p", CONFIG);
    sim.run(1_000.0);
    sim.wait("job_0", CONFIG);
    sim.run(6_000.0);
    assert_eq!((sim.times("job_0"), sim.aborted.len()), (vec![1_000.0], 0));
    assert_eq!(sim.notifications.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [4_000.0, 5_000.0, 5_000.0]);
}

#[test]
fn a_list_that_fails_for_good_or_is_nonsense_falls_back_to_get_job_for_a_while_and_is_not_counted() {
    for error in [status(403), status(404), Error::InvalidResponse] {
        let mut sim = Sim::new(0.0, |now, endpoint, _| match endpoint {
            Endpoint::GetJob => Reply::Job("p", processing(now)),
            Endpoint::ListJobs => Reply::Fails(error),
        });
        for job in 0..3 {
            sim.wait(&job_name(job), WaitConfig { max_poll_errors: 0, ..CONFIG });
        }
        sim.run(655_000.0);
        assert_eq!(sim.times("[p]"), [10_000.0, 320_000.0, 630_000.0]);
        for job in ["job_0", "job_1", "job_2"] {
            let every_ten_seconds: Vec<_> = (0..66).map(|poll| f64::from(poll) * 10_000.0).collect();
            assert_eq!(sim.times(job), every_ten_seconds);
        }
        assert!(
            sim.notifications
                .iter()
                .all(|(_, notification)| matches!(notification.outcome, Outcome::Job { .. }))
        );
    }
}

#[test]
fn a_list_that_fails_three_times_falls_back_to_get_job_for_a_while() {
    let mut sim = Sim::new(0.0, |now, endpoint, _| match endpoint {
        Endpoint::GetJob => Reply::Job("p", processing(now)),
        Endpoint::ListJobs => Reply::Fails(status(500)),
    });
    for job in 0..3 {
        sim.wait(&job_name(job), WaitConfig { max_poll_errors: 2, ..CONFIG });
    }
    sim.run(345_000.0);
    assert_eq!(sim.times("[p]"), [10_000.0, 20_000.0, 30_000.0, 340_000.0]);
    let outcomes: Vec<_> = sim.notifications.iter().map(|(_, notification)| &notification.outcome).collect();
    assert_eq!(outcomes[3..9], [&Outcome::Failed { ends: false }; 6]);
    assert!(outcomes[9..15].iter().all(|outcome| matches!(outcome, Outcome::Job { .. })));
    assert_eq!(sim.times("job_0")[..4], [0.0, 30_000.0, 40_000.0, 50_000.0]);
}

#[test]
fn a_list_that_fails_without_a_network_has_not_failed() {
    let mut sim = Sim::new(0.0, |now, endpoint, _| match endpoint {
        Endpoint::GetJob => Reply::Job("p", processing(now)),
        Endpoint::ListJobs => Reply::Fails(Error::Connection),
    });
    for job in 0..3 {
        sim.wait(&job_name(job), WaitConfig { max_poll_errors: 0, ..CONFIG });
    }
    sim.run(5_000.0);
    sim.coordinator.set_offline(true);
    sim.run(155_000.0);
    assert_eq!(sim.times("[p]"), [30_000.0, 60_000.0, 90_000.0, 120_000.0, 150_000.0]);
    assert_eq!(sim.log.len(), 8);
}

#[test]
fn a_watch_ends_with_its_list_where_that_fails_more_often_than_it_survives() {
    let mut sim = Sim::new(0.0, |_, _, _| Reply::Fails(status(503)));
    sim.watch("p", WaitConfig { max_poll_errors: 1, ..CONFIG });
    sim.run(60_000.0);
    let told: Vec<_> = sim.notifications.iter().map(|(at, told)| (*at, &told.outcome)).collect();
    let failed = |ends| Outcome::Failed { ends };
    assert_eq!(told, [(0.0, &failed(false)), (10_000.0, &failed(true))]);
    assert_eq!(sim.times("[p]"), [0.0, 10_000.0]);
}

#[test]
fn a_wait_that_would_not_outlive_a_failed_list_is_asked_for_by_itself() {
    let mut sim = Sim::new(0.0, |now, endpoint, _| match endpoint {
        Endpoint::GetJob => Reply::Job("p", processing(now)),
        Endpoint::ListJobs => Reply::Fails(status(500)),
    });
    for job in 0..4 {
        let max_poll_errors = if job == 0 { 0 } else { 5 };
        sim.wait(&job_name(job), WaitConfig { max_poll_errors, ..CONFIG });
    }
    sim.run(15_000.0);
    assert_eq!(sim.times("[p]"), [10_000.0]);
    assert_eq!(sim.times("job_0"), [0.0, 10_000.0]);
    assert_eq!(sim.log.len(), 6);
    assert!(sim.notifications.iter().all(|(_, notification)| !notification.outcome.ends()));
}

#[test]
fn a_key_that_is_refused_ends_all_whatever_it_was_asked_for() {
    let mut sim = Sim::new(100.0, |now, endpoint, _| match endpoint {
        Endpoint::GetJob if now <= 100.0 => Reply::Job("p", processing(now)),
        _ => Reply::Fails(status(401)),
    });
    for job in 0..100 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(100_000.0);
    // Four knew their project; the list was tried for the rest.
    assert_eq!(sim.log.len(), 6);
    assert!(sim.coordinator.is_empty());
    assert_eq!(
        sim.notifications
            .iter()
            .filter(|(_, notification)| notification.outcome == Outcome::Failed { ends: true })
            .count(),
        100
    );
}

#[test]
fn a_list_that_fails_for_a_while_is_no_reason_to_ask_for_a_thousand_jobs() {
    let mut sim = Sim::new(100.0, |now, endpoint, _| match endpoint {
        Endpoint::ListJobs if now < 15_000.0 => Reply::Fails(status(503)),
        _ => one_project(1_000, f64::INFINITY)(now, endpoint, ""),
    });
    for job in 0..1_000 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(25_000.0);
    assert!(sim.log.len() < 15, "{:?}", sim.log);
    assert!(
        (0..sim.coordinator.subscribers.len()).all(|id| sim.coordinator.subscribers.at(id).wait.polls() > 0)
    );
}

#[test]
fn a_retry_after_holds_back_every_poll_of_the_client_and_then_they_spread() {
    let mut sim = Sim::new(0.0, |now, endpoint, id| match id {
        "job_0" if now < 11_000.0 && now > 0.0 => Reply::Later(Box::new(Reply::Fails(status(429))), 90_000.0),
        _ => own_projects(processing)(now, endpoint, id),
    });
    sim.wait("job_0", CONFIG);
    sim.run(5_000.0);
    sim.wait("job_1", CONFIG);
    sim.run(12_000.0);
    sim.wait("job_2", CONFIG);
    sim.run(99_999.0);
    assert_eq!(sim.log.len(), 3);
    assert_eq!(sim.notifications[2].1.next_poll, Some(90_000.0));
    assert_eq!(sim.next, 100_000.0, "it does not wake in between");
    sim.run(109_000.0);
    // Over two elevenths of the interval, evenly, who is due longest first; a first poll over three quarters more.
    for (job, turn, part) in [(2, 0.0, 1.75), (1, 1.0, 1.0), (0, 2.0, 1.0)] {
        let spread = 100_000.0 + 10_000.0 * 2.0 / 11.0 * part * (turn + 0.5) / 3.0;
        let last = sim.times(&job_name(job)).last().copied().unwrap();
        assert!((last - spread).abs() < 1e-6, "{job}: {last} {spread}");
    }
}

/// A hundred waits in projects of their own for ten minutes, where the server refuses those of `refused`. How many polls
/// the others had.
fn polls_beside(refused: fn(usize) -> bool) -> usize {
    let mut server = own_projects(processing);
    let later = |reply| Reply::Later(Box::new(reply), 30_000.0);
    let mut sim = Sim::new(100.0, move |now, endpoint, id| match id.trim_start_matches("job_").parse() {
        Ok(job) if refused(job) => later(Reply::Fails(status(503))),
        _ => server(now, endpoint, id),
    });
    sim.retries = true;
    for job in 0..100 {
        sim.wait(&job_name(job), WaitConfig { max_poll_errors: u32::MAX, ..CONFIG });
    }
    sim.run(600_000.0);
    (0..100).filter(|job| !refused(*job)).map(|job| sim.times(&job_name(job)).len()).min().unwrap()
}

#[test]
fn what_is_refused_while_others_are_served_holds_back_itself() {
    // In ten minutes, at ten seconds each. At first a refusal holds back everybody for half a minute.
    assert_eq!(polls_beside(|_| false), 60);
    assert_eq!(polls_beside(|job| job == 50), 57);
    assert_eq!(polls_beside(|job| job % 10 == 0), 26);
}

#[test]
fn a_retry_after_of_a_good_response_is_about_that_job_or_list_alone() {
    let mut server = own_projects(processing);
    let mut sim =
        Sim::new(100.0, move |now, endpoint, id| Reply::Later(Box::new(server(now, endpoint, id)), 20_000.0));
    for job in 0..100 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(200_000.0);
    let fewest = (0..100).map(|job| sim.times(&job_name(job)).len()).min().unwrap();
    assert_eq!(fewest, 10, "every twenty seconds, the first time at once");
}

#[test]
fn a_list_that_is_refused_again_and_again_is_left_alone_for_a_while() {
    let mut sim = Sim::new(100.0, |now, endpoint, id| match (endpoint, id) {
        (Endpoint::ListJobs, _) => Reply::Later(Box::new(Reply::Fails(status(429))), 10_000.0),
        _ => Reply::Job("p", processing(now)),
    });
    for job in 0..10 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(300_000.0);
    // Twice; then once a minute, since it was never had since.
    let lists: Vec<_> = sim.times("[p]").into_iter().map(f64::round).collect();
    assert_eq!(lists, [100.0, 10_486.0, 71_657.0, 132_357.0, 193_057.0, 254_029.0]);
    let fewest = (0..10).map(|job| sim.times(&job_name(job)).len()).min().unwrap();
    assert_eq!(fewest, 29);
}

#[test]
fn what_holds_back_one_job_or_list_alone_holds_back_whoever_comes_later_too() {
    let mut sim = Sim::new(100.0, |now, endpoint, id| match (endpoint, id) {
        (Endpoint::ListJobs, _) | (_, "job_0") if now > 15_000.0 => {
            Reply::Later(Box::new(Reply::Fails(status(503))), 200_000.0)
        }
        (Endpoint::ListJobs, _) => Reply::List((0..4).map(|job| (job_name(job), processing(now))).collect()),
        _ => Reply::Job("p", processing(now)),
    });
    for job in 1..4 {
        sim.wait(&job_name(job), CONFIG);
    }
    // Others are served all the time, so that nothing holds for all.
    let mut before = Vec::new();
    for (minute, nudged) in (1..20).zip([1, 2, 3].into_iter().cycle()) {
        let later = [sim.wait("job_0", CONFIG), sim.watch("p", CONFIG)];
        for subscriber in std::mem::replace(&mut before, later.to_vec()) {
            sim.coordinator.leave(subscriber);
        }
        sim.coordinator.nudge(&job_name(nudged), sim.now);
        sim.run(f64::from(minute) * 60_000.0);
    }
    for what in ["[p]", "job_0"] {
        let refused: Vec<_> = sim.times(what).into_iter().filter(|at| *at > 15_000.0).collect();
        assert!(refused.len() > 3, "{what}: {refused:?}");
        assert!(refused.windows(2).all(|polls| polls[1] >= polls[0] + 200_100.0), "{what}: {refused:?}");
    }
}

#[test]
fn where_get_job_is_refused_too_it_is_the_key_that_is_limited_and_the_list_serves_again() {
    let after = |recovers: f64| {
        let mut server = one_project(100, f64::INFINITY);
        let mut sim = Sim::new(100.0, move |now, endpoint, id| match now {
            _ if (20_000.0..recovers).contains(&now) => {
                Reply::Later(Box::new(Reply::Fails(status(429))), 10_000.0)
            }
            _ => server(now, endpoint, id),
        });
        for job in 0..100 {
            sim.wait(&job_name(job), WaitConfig { max_poll_errors: u32::MAX, ..CONFIG });
        }
        sim.run(recovers + 300_000.0);
        sim.log.iter().filter(|(at, id)| *at >= recovers && !id.starts_with('[')).count()
    };
    // No longer than it takes a job or two to show that the list is not at fault.
    let polls: Vec<_> = (3..10).map(|tens| after(f64::from(tens) * 10_000.0)).collect();
    assert_eq!(polls, [0, 2, 0, 0, 2, 0, 0]);
}

/// A wait that polls each five seconds: its job came at 100 ms, and the list of its project, for a watch, at 3 000.
pub(super) fn list_just_had() -> Sim<impl FnMut(f64, Endpoint, &str) -> Reply> {
    let mut sim = Sim::new(0.0, |_, _, _| Reply::Silence);
    sim.watch("p", CONFIG);
    sim.wait("job_0", WaitConfig { poll_interval: PollInterval::Fixed(5_000.0), ..CONFIG });
    let first = sim.coordinator.step(0.0).send;
    let requests: Vec<_> = first.iter().map(|send| (send.request, &*send.id)).collect();
    assert_eq!(requests, [(0, "p"), (1, "job_0")]);
    sim.coordinator.job_received(1, &"p".into(), &processing(0.0), 500.0, None, 100.0);
    sim.coordinator.list_received(0, &[("job_0".into(), processing(0.0))], 500.0, None, 3_000.0);
    sim
}

#[test]
fn a_list_that_others_just_had_is_left_alone_for_the_floor() {
    let mut sim = list_just_had();
    let step = sim.coordinator.step(5_100.0);
    assert_eq!((step.send.len(), step.wake), (0, 8_000.0));
    assert_eq!(sim.coordinator.step(8_000.0).send.len(), 1);
}

/// So many waits in so many projects, where the server refuses every list: when the last job had its first poll, and the
/// longest that a job then waited for its next one.
fn beside_refused_lists(waits: usize, projects: usize) -> (f64, f64) {
    let names: Vec<&'static str> =
        (0..projects).map(|p| &*Box::leak(format!("p{p}").into_boxed_str())).collect();
    let mut sim = Sim::new(100.0, move |now, endpoint, id| match endpoint {
        Endpoint::ListJobs => Reply::Later(Box::new(Reply::Fails(status(429))), 30_000.0),
        Endpoint::GetJob => {
            let job: usize = id.trim_start_matches("job_").parse().unwrap();
            Reply::Job(names[job % names.len()], processing(now))
        }
    });
    sim.retries = true;
    for job in 0..waits {
        sim.wait(&job_name(job), WaitConfig { max_poll_errors: u32::MAX, ..CONFIG });
    }
    sim.run(600_000.0);
    let polls: Vec<_> = (0..waits).map(|job| sim.times(&job_name(job))).collect();
    let first = polls.iter().map(|times| times.first().copied().unwrap_or(f64::INFINITY)).fold(0.0, f64::max);
    let gap = |times: &Vec<f64>| times.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
    (first, polls.iter().map(gap).fold(0.0, f64::max))
}

#[test]
fn where_only_lists_are_refused_the_jobs_of_many_projects_are_polled_one_by_one_soon() {
    for (waits, projects) in [(100, 1), (300, 30), (200, 100)] {
        let (first, gap) = beside_refused_lists(waits, projects);
        // Everything is held back once, for half a minute, and then spread over less than two intervals.
        assert!(first < 47_500.0 && gap < 47_500.0, "{waits} {projects}: {first} {gap}");
    }
}

#[test]
fn an_outage_of_the_server_or_the_connection_is_no_reason_to_poll_a_thousand_jobs_one_by_one() {
    for (error, max_poll_errors) in [
        (status(503), 50),
        (Error::Connection, 50),
        (Error::Timeout, 50),
        (Error::InvalidResponse, 50),
        (status(503), 5),
        (Error::Connection, 5),
    ] {
        let mut server = one_project(1_000, f64::INFINITY);
        let mut sim = Sim::new(100.0, move |now, endpoint, id| match now {
            _ if (60_000.0..240_000.0).contains(&now) => Reply::Fails(error),
            _ => server(now, endpoint, id),
        });
        sim.retries = true;
        for job in 0..1_000 {
            sim.wait(&job_name(job), WaitConfig { max_poll_errors, ..CONFIG });
        }
        sim.run(600_000.0);
        let between = |from: f64, to: f64| sim.log.iter().filter(|(at, _)| (from..to).contains(at)).count();
        // A list that is nonsense falls back at once, and each time some jobs are under way before the first has failed.
        let most = if matches!(error, Error::InvalidResponse) { 440 } else { 120 };
        let (during, after) = (between(60_000.0, 240_000.0), between(240_000.0, 600_000.0));
        let ended = sim.notifications.iter().filter(|(_, told)| told.outcome.ends()).count();
        assert!(during <= most && after <= 37, "{error:?}: {during} {after}");
        assert_eq!(ended, if max_poll_errors == 5 { 1_000 } else { 0 });
    }
}
