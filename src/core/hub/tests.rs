use super::*;
use crate::core::error::Error;
use crate::core::job::Facts;
use sim::{PATIENCE, RULES, Reply, Sim, completed, processing, status};

mod random;
mod sim;

/// A server with so many jobs in one project, all of which end at a moment.
fn one_project(jobs: usize, end: f64) -> impl FnMut(f64, Endpoint, &str) -> Reply {
    move |now, endpoint, _| {
        let facts = if now < end { processing(now) } else { completed(end) };
        match endpoint {
            Endpoint::GetJob => Reply::Job("p", facts),
            Endpoint::ListJobs => Reply::List((0..jobs).map(|job| (job_name(job), facts)).collect()),
        }
    }
}

fn job_name(number: usize) -> String {
    format!("job_{number}")
}

fn limited(max_wait: f64) -> Rules {
    Rules { max_wait, ..RULES }
}

#[test]
fn a_thousand_waits_on_one_project_cost_seven_requests_and_then_one_list_a_poll() {
    let mut sim = Sim::new(100.0, one_project(1_000, 65_000.0));
    for job in 0..1_000 {
        sim.wait(&job_name(job), RULES);
    }
    sim.run(5_000.0);
    assert_eq!(sim.log.len(), 7);
    assert_eq!(sim.told.len(), 1_000);
    sim.log.clear();
    sim.run(300_000.0);
    assert!(sim.log.iter().all(|(_, name)| name == "[p]"));
    // The first answers came at 100 ms, the first list is older than none of them.
    assert_eq!(sim.times("[p]"), [10_100.0, 20_200.0, 30_300.0, 40_400.0, 50_500.0, 60_600.0, 70_700.0]);
    assert!(sim.hub.is_empty());
    assert_eq!((sim.most_in_flight, sim.next), (6, f64::INFINITY));
}

#[test]
fn waits_on_several_projects_cost_a_round_each() {
    for projects in [2_usize, 10] {
        const NAMES: [&str; 10] = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"];
        let project = move |id: &str| id["job_".len()..].parse::<usize>().unwrap() % projects;
        let mut sim = Sim::new(100.0, move |now, endpoint, id| match endpoint {
            Endpoint::GetJob => Reply::Job(NAMES[project(id)], processing(now)),
            Endpoint::ListJobs => Reply::List(
                (0..1_000)
                    .map(job_name)
                    .filter(|job| NAMES[project(job)] == id)
                    .map(|job| (job, processing(now)))
                    .collect(),
            ),
        });
        for job in 0..1_000 {
            sim.wait(&job_name(job), RULES);
        }
        sim.run(9_000.0);
        assert!(sim.log.len() <= 7 * projects, "{projects} projects: {}", sim.log.len());
        let first = sim.log.len();
        sim.run(29_000.0);
        assert_eq!(sim.log.len() - first, 2 * projects);
    }
}

#[test]
fn a_thousand_waits_on_a_thousand_projects_try_two_lists_in_vain_and_no_more() {
    let mut sim = Sim::new(100.0, |now, endpoint, id| match endpoint {
        Endpoint::GetJob => Reply::Job(Box::leak(["of_", id].concat().into_boxed_str()), processing(now)),
        Endpoint::ListJobs => Reply::List(vec![(id["of_".len()..].to_owned(), processing(now))]),
    });
    for job in 0..1_000 {
        sim.wait(&job_name(job), Rules { pace: super::super::wait::Pace::Fixed(1e6), ..RULES });
    }
    sim.run(100_000.0);
    assert_eq!(sim.log.iter().filter(|(_, name)| name.starts_with('[')).count(), 2);
    assert_eq!(sim.log.len(), 1_002);
    assert_eq!(sim.most_in_flight, MOST_IN_FLIGHT);
}

#[test]
fn two_waits_on_one_job_share_get_job_with_the_longest_timeout_and_the_most_retries() {
    let mut sim = Sim::new(100.0, one_project(1, f64::INFINITY));
    let aim = Aim::Job("job_0".into());
    let impatient = Patience { timeout_ms: 1_000.0, max_retries: 7 };
    let patient = Patience { timeout_ms: 60_000.0, max_retries: 0 };
    sim.hub.join(&aim, RULES, impatient, true, 0.0);
    sim.hub.join(&aim, RULES, patient, true, 0.0);
    sim.run(15_000.0);
    assert_eq!(sim.log, [(0.0, "job_0".to_owned()), (10_100.0, "job_0".to_owned())]);
    assert!(sim.patience.iter().all(|all| *all == Patience { timeout_ms: 60_000.0, max_retries: 7 }));
    assert_eq!(sim.told.len(), 4);
}

#[test]
fn a_wait_boards_the_request_for_its_job_that_is_in_flight_even_when_six_are() {
    let mut sim = Sim::new(1_000.0, |now, _, _| Reply::Job("p", processing(now)));
    for job in 0..7 {
        sim.wait(&job_name(job), RULES);
    }
    sim.run(500.0);
    let late = sim.wait("job_0", RULES);
    sim.run(1_000.0);
    assert_eq!(sim.times("job_0"), [0.0]);
    assert!(sim.told.iter().any(|(at, told)| told.member == late && *at == 1_000.0));
}

#[test]
fn all_poll_at_the_shortest_of_their_intervals() {
    let mut sim = Sim::new(0.0, one_project(2, f64::INFINITY));
    sim.wait("job_0", Rules { pace: super::super::wait::Pace::Fixed(60_000.0), ..RULES });
    sim.wait("job_1", RULES);
    sim.run(30_000.0);
    assert_eq!(sim.times("[p]"), [10_000.0, 20_000.0, 30_000.0]);
    assert_eq!(sim.log.len(), 5);
    assert_eq!(sim.told.len(), 8);
    let lists = sim.told.iter().filter(|(at, _)| *at >= 10_000.0);
    assert!(lists.into_iter().all(|(_, told)| told.next_poll == Some(10_000.0)));
}

#[test]
fn the_request_in_flight_is_aborted_when_the_last_leaves_and_not_before() {
    let mut sim = Sim::new(1_000.0, one_project(2, f64::INFINITY));
    let one = sim.wait("job_0", RULES);
    let other = sim.wait("job_0", RULES);
    sim.run(100.0);
    sim.hub.leave(one);
    sim.run(200.0);
    assert_eq!((sim.aborted.len(), sim.in_flight()), (0, 1));
    sim.hub.leave(other);
    sim.run(300.0);
    assert_eq!(sim.aborted, [(200.0, 0)]);
    assert_eq!((sim.in_flight(), sim.next), (0, f64::INFINITY));
    assert!(sim.hub.is_empty() && sim.told.is_empty());
}

#[test]
fn an_answer_to_an_aborted_request_is_no_news() {
    let mut sim = Sim::new(1_000.0, one_project(1, f64::INFINITY));
    let one = sim.wait("job_0", RULES);
    sim.step();
    sim.hub.leave(one);
    let other = sim.wait("job_1", RULES);
    assert_eq!(one, other, "the place is used again");
    assert!(sim.hub.job_answered(0, &"p".into(), &processing(0.0), None, 1.0).is_empty());
    assert!(sim.hub.failed(0, &status(401), 1.0).is_empty());
}

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
        sim.wait(&job_name(job), RULES);
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
    for job in 0..3 {
        sim.wait(&job_name(job), RULES);
    }
    sim.run(45_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 20_000.0]);
    assert_eq!(sim.times("[q]"), [30_000.0, 40_000.0]);
    assert_eq!(sim.times("[p]"), [10_000.0, 20_000.0]);
}

#[test]
fn a_list_that_fails_for_good_falls_back_to_get_job_and_is_not_counted() {
    let misfit = Error::InvalidResponse { path: "jobs[3].id".into(), status: 200, problem: String::new() };
    for error in [status(403), status(404), misfit] {
        let mut sim = Sim::new(0.0, |now, endpoint, _| match endpoint {
            Endpoint::GetJob => Reply::Job("p", processing(now)),
            Endpoint::ListJobs => Reply::Fails(error.clone()),
        });
        for job in 0..2 {
            sim.wait(&job_name(job), Rules { max_poll_errors: 0, ..RULES });
        }
        sim.run(35_000.0);
        assert_eq!(sim.times("[p]"), [10_000.0]);
        for job in ["job_0", "job_1"] {
            assert_eq!(sim.times(job), [0.0, 10_000.0, 20_000.0, 30_000.0]);
        }
        assert!(sim.told.iter().all(|(_, told)| matches!(told.news, News::Job { .. })));
    }
}

#[test]
fn a_list_that_fails_for_a_while_is_counted_and_asked_again() {
    let page = Error::InvalidResponse { path: String::new(), status: 200, problem: String::new() };
    for error in [status(503), page] {
        let mut sim = Sim::new(0.0, |now, endpoint, _| match endpoint {
            Endpoint::GetJob => Reply::Job("p", processing(now)),
            Endpoint::ListJobs => Reply::Fails(error.clone()),
        });
        for job in 0..2 {
            sim.wait(&job_name(job), Rules { max_poll_errors: 2, ..RULES });
        }
        sim.run(100_000.0);
        assert_eq!(sim.times("[p]"), [10_000.0, 20_000.0, 30_000.0]);
        let news: Vec<_> = sim.told.iter().map(|(_, told)| &told.news).collect();
        assert_eq!(news[2..6], [&News::Failed { ends: false }; 4]);
        assert_eq!(news[6..], [&News::Failed { ends: true }; 2]);
        assert!(sim.hub.is_empty());
    }
}

#[test]
fn a_key_that_is_refused_ends_all_whatever_it_was_asked_for() {
    let mut sim = Sim::new(100.0, |now, endpoint, _| match endpoint {
        Endpoint::GetJob if now <= 100.0 => Reply::Job("p", processing(now)),
        _ => Reply::Fails(status(401)),
    });
    for job in 0..100 {
        sim.wait(&job_name(job), RULES);
    }
    sim.run(100_000.0);
    // Six knew their project; the list was tried for the rest.
    assert_eq!(sim.log.len(), 8);
    assert!(sim.hub.is_empty());
    assert_eq!(sim.told.iter().filter(|(_, told)| told.news == News::Failed { ends: true }).count(), 100);
}

#[test]
fn a_list_that_fails_for_a_while_is_no_reason_to_ask_for_a_thousand_jobs() {
    let mut sim = Sim::new(100.0, |now, endpoint, _| match endpoint {
        Endpoint::ListJobs if now < 15_000.0 => Reply::Fails(status(503)),
        _ => one_project(1_000, f64::INFINITY)(now, endpoint, ""),
    });
    for job in 0..1_000 {
        sim.wait(&job_name(job), RULES);
    }
    sim.run(25_000.0);
    assert!(sim.log.len() < 15, "{:?}", sim.log);
    assert!(sim.hub.members.iter().flatten().all(|member| !member.is_unknown()));
}

#[test]
fn a_retry_after_holds_for_everyone_who_polls_the_same_list() {
    let mut sim = Sim::new(0.0, |now, endpoint, _| match endpoint {
        Endpoint::ListJobs if now < 11_000.0 => Reply::Later(Box::new(Reply::Fails(status(429))), 90_000.0),
        _ => one_project(3, f64::INFINITY)(now, endpoint, ""),
    });
    sim.wait("job_0", RULES);
    sim.wait("job_1", RULES);
    sim.run(12_000.0);
    sim.wait("job_2", RULES); // it polls by itself at first, and then leaves the list alone as well
    sim.run(100_000.0);
    assert_eq!(sim.times("[p]"), [10_000.0, 100_000.0]);
    assert_eq!(sim.times("job_2"), [12_000.0]);
}

#[test]
fn a_list_that_others_just_had_is_left_alone_for_the_floor() {
    let mut sim = Sim::new(0.0, |_, _, _| Reply::Silence);
    sim.watch("p", RULES);
    sim.wait("job_0", Rules { pace: super::super::wait::Pace::Fixed(5_000.0), ..RULES });
    assert_eq!(sim.hub.step(0.0).send.len(), 2);
    sim.hub.job_answered(1, &"p".into(), &processing(0.0), None, 100.0);
    sim.hub.list_answered(0, &[("job_0".into(), processing(0.0))], None, 3_000.0);
    let step = sim.hub.step(5_100.0);
    assert_eq!((step.send.len(), step.wake), (0, 8_000.0));
    assert_eq!(sim.hub.step(8_000.0).send.len(), 1);
}

#[test]
fn one_deadline_ends_one_wait_exactly_and_disturbs_no_other() {
    let mut sim = Sim::new(100.0, one_project(2, f64::INFINITY));
    let short = sim.wait("job_0", limited(24_000.0));
    let long = sim.wait("job_1", limited(60_000.0));
    sim.run(100_000.0);
    let expired: Vec<_> = sim.told.iter().filter(|(_, told)| told.news == News::Expired).collect();
    assert_eq!(expired.len(), 2);
    for ((at, told), member, end) in [(expired[0], short, 24_000.0), (expired[1], long, 60_000.0)] {
        assert_eq!((*at, told.member, told.elapsed, told.next_poll), (end, member, end, None));
    }
    // The last poll before each deadline; after the first, Get Job is enough for the one that is left.
    assert_eq!(sim.times("[p]"), [10_100.0, 20_200.0]);
    assert_eq!(sim.times("job_1"), [0.0, 30_300.0, 40_400.0, 50_500.0, 59_000.0]);
    assert!(sim.told.iter().all(|(at, told)| told.member != short || *at <= 24_000.0));
}

#[test]
fn a_request_in_flight_at_the_deadline_is_aborted() {
    let mut sim = Sim::new(0.0, |_, _, _| Reply::Silence);
    sim.wait("job_0", limited(24_000.0));
    sim.run(24_000.0);
    assert_eq!(sim.aborted, [(24_000.0, 0)]);
    assert_eq!(sim.told.len(), 1);
    assert!(sim.hub.is_empty());
}

#[test]
fn a_watch_polls_while_it_is_asked_and_starts_with_the_first_time() {
    let mut sim = Sim::new(0.0, one_project(3, f64::INFINITY));
    let rules = Rules { initial_delay: 2_000.0, ..limited(60_000.0) };
    let watch = sim.hub.join(&Aim::Project("p".into()), rules, PATIENCE, false, 0.0);
    sim.run(100_000.0);
    assert_eq!((sim.log.len(), sim.next), (0, f64::INFINITY));
    sim.hub.listen(watch, true, sim.now);
    sim.run(103_000.0);
    assert_eq!(sim.times("[p]"), [102_000.0]);
    assert_eq!(sim.told[0].1.elapsed, 2_000.0);
    sim.hub.listen(watch, false, sim.now);
    sim.run(130_000.0);
    assert_eq!((sim.log.len(), sim.next), (1, f64::INFINITY));
    sim.hub.listen(watch, true, sim.now); // later than the interval: at once
    sim.run(130_000.0);
    assert_eq!(sim.times("[p]"), [102_000.0, 130_000.0]);
    sim.hub.listen(watch, false, sim.now);
    sim.run(200_000.0);
    assert_eq!(sim.told.len(), 2, "nobody is told of a deadline that nobody waits for");
    sim.hub.listen(watch, true, sim.now);
    sim.run(200_000.0);
    assert_eq!(sim.told[2].1.news, News::Expired);
    assert_eq!(sim.log.len(), 2);
}

#[test]
fn a_paused_watch_hears_nothing_and_makes_no_list_shared() {
    let mut sim = Sim::new(0.0, one_project(3, f64::INFINITY));
    let watch = sim.watch("p", RULES);
    sim.wait("job_0", RULES);
    sim.run(0.0);
    sim.hub.listen(watch, false, 0.0);
    sim.told.clear();
    sim.run(15_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 10_000.0]);
    assert!(sim.told.iter().all(|(_, told)| told.member != watch));
}

#[test]
fn offline_polls_wait_and_failures_do_not_count() {
    let mut sim = Sim::new(1_000.0, |now, _, _| match now {
        5_000.0..40_000.0 => Reply::Fails(Error::Connection { problem: String::new() }),
        _ => Reply::Job("p", processing(now)),
    });
    sim.wait("job_0", Rules { max_poll_errors: 0, ..RULES });
    sim.run(11_500.0);
    sim.hub.set_offline(true);
    sim.run(50_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 11_000.0]);
    assert_eq!((sim.told.len(), sim.next), (1, f64::INFINITY));
    sim.hub.set_offline(false);
    sim.run(60_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 11_000.0, 50_000.0]);
    assert_eq!(sim.told[1].1.polls, 2);
}

#[test]
fn after_sleep_an_overdue_poll_is_made_at_once_and_deadlines_stay() {
    let mut sim = Sim::new(0.0, one_project(1, f64::INFINITY));
    sim.wait("job_0", limited(60_000.0));
    sim.run(3_000.0);
    sim.hub.slept(3_600_000.0);
    sim.run(4_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 3_000.0]);
    sim.run(100_000.0);
    assert_eq!(
        sim.times("job_0"),
        [0.0, 3_000.0, 13_000.0, 23_000.0, 33_000.0, 43_000.0, 53_000.0, 59_000.0]
    );
    assert_eq!(sim.told.last().unwrap().0, 60_000.0);
}

#[test]
fn an_answer_older_than_what_is_known_is_told_as_such() {
    let updated = |now: f64| if now == 10_000.0 { -1.0 } else { now };
    let mut sim = Sim::new(0.0, move |now, _, _| Reply::Job("p", processing(updated(now))));
    sim.wait("job_0", RULES);
    sim.run(20_000.0);
    let fresh: Vec<_> =
        sim.told.iter().map(|(_, told)| matches!(told.news, News::Job { fresh: true, .. })).collect();
    assert_eq!(fresh, [true, false, true]);
}

#[test]
fn a_step_for_ten_thousand_waits_takes_milliseconds() {
    let facts: Facts = processing(0.0);
    let jobs: Vec<(Rc<str>, Facts)> = (0..10_000).map(|job| (job_name(job).into(), facts)).collect();
    let mut sim = Sim::new(0.0, one_project(10_000, f64::INFINITY));
    for (id, _) in &jobs {
        sim.wait(id, RULES);
    }
    sim.run(0.0);
    let begin = std::time::Instant::now();
    let mut now = 0.0;
    for _ in 0..5 {
        now += 10_000.0;
        let step = sim.hub.step(now);
        assert_eq!(step.send.len(), 1);
        assert_eq!(sim.hub.list_answered(step.send[0].request, &jobs, None, now).len(), 10_000);
    }
    // Unoptimised, on a busy machine; the quadratic way takes seconds.
    assert!(begin.elapsed().as_millis() < 2_000, "{:?}", begin.elapsed());
    let begin = std::time::Instant::now();
    for member in 0..10_000 {
        sim.hub.leave(member);
    }
    assert!(sim.hub.is_empty() && begin.elapsed().as_millis() < 500, "{:?}", begin.elapsed());
}
