//! Who rides on whose request, and what many waits cost.

use super::sim::{CONCURRENCY, CONFIG, Reply, Sim, processing, status};
use super::*;
use crate::core::job::JobSnapshot;
use crate::core::wait::PollInterval;

#[test]
fn a_thousand_waits_on_one_project_cost_five_requests_and_then_one_list_a_poll() {
    let mut sim = Sim::new(100.0, one_project(1_000, 65_000.0));
    for job in 0..1_000 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(5_000.0);
    assert_eq!(sim.log.len(), 5);
    assert_eq!(sim.notifications.len(), 1_000);
    sim.log.clear();
    sim.run(300_000.0);
    assert!(sim.log.iter().all(|(_, name)| name == "[p]"));
    // The first responses came at 100 ms, the first list is older than none of them.
    assert_eq!(sim.times("[p]"), [10_100.0, 20_200.0, 30_300.0, 40_400.0, 50_500.0, 60_600.0, 70_700.0]);
    assert!(sim.coordinator.is_empty());
    assert_eq!((sim.most_in_flight, sim.next), (CONCURRENCY.initial, f64::INFINITY));
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
            sim.wait(&job_name(job), CONFIG);
        }
        sim.run(9_000.0);
        assert!(sim.log.len() <= 7 * projects, "{projects} projects: {}", sim.log.len());
        let first = sim.log.len();
        sim.run(29_000.0);
        assert_eq!(sim.log.len() - first, 2 * projects);
    }
}

#[test]
fn a_thousand_waits_on_a_thousand_projects_try_no_list_in_vain() {
    let mut sim = Sim::new(100.0, |now, endpoint, id| match endpoint {
        Endpoint::GetJob => Reply::Job(Box::leak(["of_", id].concat().into_boxed_str()), processing(now)),
        Endpoint::ListJobs => Reply::List(vec![(id["of_".len()..].to_owned(), processing(now))]),
    });
    for job in 0..1_000 {
        sim.wait(&job_name(job), WaitConfig { poll_interval: PollInterval::Fixed(1e6), ..CONFIG });
    }
    sim.run(100_000.0);
    assert_eq!(sim.log.iter().filter(|(_, name)| name.starts_with('[')).count(), 0);
    assert_eq!(sim.log.len(), 1_000);
    assert_eq!(sim.most_in_flight, CONCURRENCY.most);
}

#[test]
fn two_waits_on_one_job_share_get_job_with_the_longest_timeout_and_the_most_retries() {
    let mut sim = Sim::new(100.0, one_project(1, f64::INFINITY));
    let target = WatchTarget::Job("job_0".into());
    let impatient = RetryPolicy { timeout_ms: 1_000.0, max_retries: 7 };
    let patient = RetryPolicy { timeout_ms: 60_000.0, max_retries: 0 };
    sim.coordinator.join(&target, CONFIG, impatient, true, 0.0);
    sim.coordinator.join(&target, CONFIG, patient, true, 0.0);
    sim.run(15_000.0);
    assert_eq!(sim.log, [(0.0, "job_0".to_owned()), (10_100.0, "job_0".to_owned())]);
    assert!(sim.retry_policy.iter().all(|all| *all == RetryPolicy { timeout_ms: 60_000.0, max_retries: 7 }));
    assert_eq!(sim.notifications.len(), 4);
}

#[test]
fn a_wait_boards_the_request_for_its_job_that_is_in_flight_even_when_six_are() {
    let mut sim = Sim::new(1_000.0, |now, _, _| Reply::Job("p", processing(now)));
    for job in 0..7 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(500.0);
    let late = sim.wait("job_0", CONFIG);
    sim.run(1_000.0);
    assert_eq!(sim.times("job_0"), [0.0]);
    assert!(
        sim.notifications.iter().any(|(at, notification)| notification.subscriber == late && *at == 1_000.0)
    );
}

#[test]
fn all_poll_at_the_shortest_of_their_intervals() {
    let mut sim = Sim::new(0.0, one_project(3, f64::INFINITY));
    sim.wait("job_0", WaitConfig { poll_interval: PollInterval::Fixed(60_000.0), ..CONFIG });
    sim.wait("job_1", CONFIG);
    sim.wait("job_2", CONFIG);
    sim.run(30_000.0);
    assert_eq!(sim.times("[p]"), [10_000.0, 20_000.0, 30_000.0]);
    assert_eq!(sim.log.len(), 6);
    assert_eq!(sim.notifications.len(), 12);
    let lists = sim.notifications.iter().filter(|(at, _)| *at >= 10_000.0);
    assert!(lists.into_iter().all(|(_, notification)| notification.next_poll == Some(10_000.0)));
}

#[test]
fn the_request_in_flight_is_aborted_when_the_last_leaves_and_not_before() {
    let mut sim = Sim::new(1_000.0, one_project(2, f64::INFINITY));
    let one = sim.wait("job_0", CONFIG);
    let other = sim.wait("job_0", CONFIG);
    sim.run(100.0);
    sim.coordinator.leave(one);
    sim.run(200.0);
    assert_eq!((sim.aborted.len(), sim.in_flight()), (0, 1));
    sim.coordinator.leave(other);
    sim.run(300.0);
    assert_eq!(sim.aborted, [(200.0, 0)]);
    assert_eq!((sim.in_flight(), sim.next), (0, f64::INFINITY));
    assert!(sim.coordinator.is_empty() && sim.notifications.is_empty());
}

#[test]
fn an_answer_to_an_aborted_request_is_no_news() {
    let mut sim = Sim::new(1_000.0, one_project(1, f64::INFINITY));
    let one = sim.wait("job_0", CONFIG);
    sim.step();
    sim.coordinator.leave(one);
    let other = sim.wait("job_1", CONFIG);
    assert_eq!(one, other, "the place is used again");
    assert!(sim.coordinator.job_received(0, &"p".into(), &processing(0.0), 500.0, None, 1.0).is_empty());
    assert!(sim.coordinator.failed(0, &status(401), 1.0).is_empty());
}

#[test]
fn a_list_for_ten_thousand_waits_looks_at_each_a_few_times() {
    let snapshot: JobSnapshot = processing(0.0);
    let jobs: Vec<(Rc<str>, JobSnapshot)> = (0..10_000).map(|job| (job_name(job).into(), snapshot)).collect();
    let mut sim = Sim::new(0.0, one_project(10_000, f64::INFINITY));
    for (id, _) in &jobs {
        sim.wait(id, CONFIG);
    }
    sim.run(0.0);
    let before = sim.coordinator.steps.get();
    let mut now = 0.0;
    for _ in 0..5 {
        now += 10_000.0;
        let step = sim.coordinator.step(now);
        assert_eq!(step.send.len(), 1);
        assert_eq!(sim.coordinator.list_received(step.send[0].request, &jobs, 5e6, None, now).len(), 10_000);
    }
    let each = (sim.coordinator.steps.get() - before) / 5 / 10_000;
    assert!(each <= 10, "{each}");
    for subscriber in 0..10_000 {
        sim.coordinator.leave(subscriber);
    }
    assert!(sim.coordinator.is_empty());
}

#[test]
fn jobs_that_have_all_ended_already_are_found_by_a_list_too() {
    let mut sim = Sim::new(100.0, one_project(1_000, 0.0));
    for job in 0..1_000 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(300_000.0);
    let requests: Vec<_> = sim.log.iter().map(|(at, name)| (*at, name.as_str())).collect();
    let singly = [(0.0, "job_0"), (0.0, "job_1"), (0.0, "job_2"), (0.0, "job_3")];
    assert_eq!((&requests[..4], &requests[4..]), (&singly[..], &[(100.0, "[p]")][..]));
    assert!(sim.coordinator.is_empty() && sim.notifications.len() == 1_000);
}

#[test]
fn a_watch_is_told_of_a_job_that_a_wait_had_polled() {
    let mut sim = Sim::new(100.0, one_project(2, f64::INFINITY));
    let watch = sim.watch("p", CONFIG);
    sim.run(3_000.0);
    sim.wait("job_1", CONFIG);
    sim.run(9_000.0);
    assert_eq!(sim.log, [(0.0, "[p]".to_owned()), (3_000.0, "job_1".to_owned())]);
    let told: Vec<_> = sim
        .notifications
        .iter()
        .filter(|(_, told)| told.subscriber == watch)
        .map(|(at, told)| (*at, &told.outcome))
        .collect();
    assert_eq!(told, [(100.0, &Outcome::Project), (3_100.0, &Outcome::ProjectJob { index: 0 })]);
}
