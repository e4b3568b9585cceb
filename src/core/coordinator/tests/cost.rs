//! Which request is made: what it costs in bytes and in requests.

use super::sim::{CONFIG, JOB_BYTES, Reply, Sim, completed, processing};
use super::*;
use crate::core::schedule::Bounds;
use crate::core::wait::PollInterval;

/// Ten minutes, in ms.
const WHILE: f64 = 600_000.0;

/// A project with so many jobs that are waited for, beside a history.
fn project(jobs: usize, history: usize) -> impl FnMut(f64, Endpoint, &str) -> Reply {
    move |now, endpoint, _| match endpoint {
        Endpoint::GetJob => Reply::Job("p", processing(now)),
        Endpoint::ListJobs => Reply::Long(
            (0..jobs).map(|job| (job_name(job), processing(now))).collect(),
            history as f64 * JOB_BYTES,
        ),
    }
}

fn cost(requests: f64, bytes: f64) -> f64 {
    requests * REQUEST_COST + bytes
}

#[test]
fn whatever_the_waits_and_the_history_it_costs_at_most_fifteen_percent_more_than_the_better_way() {
    for waits in [1, 3, 4, 10, 30, 100, 1_000] {
        for history in [0, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000] {
            if waits == 1_000 && !matches!(history, 0 | 30_000 | 100_000) {
                continue;
            }
            let mut sim = Sim::new(100.0, project(waits, history));
            for job in 0..waits {
                sim.wait(&job_name(job), CONFIG);
            }
            sim.run(WHILE);
            let ours = cost(sim.log.len() as f64, sim.bytes);
            // As often as ours, for each wait or for all.
            let rounds = (sim.notifications.len() / waits) as f64;
            let singly = cost(rounds * waits as f64, rounds * waits as f64 * JOB_BYTES);
            let listed = cost(rounds, rounds * (waits + history) as f64 * JOB_BYTES);
            let ratio = ours / singly.min(listed);
            assert!(ratio <= 1.15, "{waits} waits, {history} others: {ratio:.3}");
        }
    }
}

#[test]
fn two_waits_never_try_a_list() {
    for history in [0, 3_000, 20_000] {
        let mut sim = Sim::new(100.0, project(2, history));
        for job in 0..2 {
            sim.wait(&job_name(job), CONFIG);
        }
        sim.run(WHILE);
        assert_eq!(sim.log.iter().filter(|(_, name)| name == "[p]").count(), 0);
        assert!(sim.bytes <= 120.0 * JOB_BYTES, "{}", sim.bytes);
    }
}

#[test]
fn what_a_list_weighs_is_known_from_whoever_had_it_also_before_and_after_a_wait() {
    for (bytes, lists) in [(10_000.0, 6), (25_000.0, 0)] {
        let mut sim = Sim::new(0.0, project(2, 0));
        sim.coordinator.list_weighs("p", bytes);
        for job in 0..2 {
            sim.wait(&job_name(job), CONFIG);
        }
        sim.run(65_000.0);
        assert_eq!(sim.times("[p]").len(), lists, "{bytes}");
        sim.coordinator.leave(0);
        sim.coordinator.leave(1);
        assert!(sim.coordinator.is_empty() && sim.coordinator.targets.find(true, "p") == NONE);
        for job in 0..2 {
            sim.wait(&job_name(job), CONFIG);
        }
        sim.run(125_000.0);
        assert_eq!(sim.times("[p]").len(), 2 * lists, "{bytes}");
    }
}

#[test]
fn weights_of_lists_are_remembered_for_few_projects() {
    let mut coordinator = PollCoordinator::new(Box::new(|| 0.5), sim::CONCURRENCY);
    for project in 0..1_000 {
        coordinator.list_weighs(&format!("p{project}"), 1.0);
        coordinator.list_weighs(&format!("p{project}"), 2.0);
    }
    assert_eq!(coordinator.weights.len(), REMEMBERED_WEIGHTS);
    assert_eq!(coordinator.weights.last().map(|(id, bytes)| (&**id, *bytes)), Some(("p999", 2.0)));
}

#[test]
fn a_choice_does_not_flap_where_both_cost_about_the_same() {
    // The weight of the list goes up and down around that of ten responses.
    let even = 10.0 * (REQUEST_COST + JOB_BYTES) - REQUEST_COST;
    let mut lists = 0_u32;
    let mut sim = Sim::new(0.0, move |now, endpoint, id| match endpoint {
        Endpoint::GetJob => project(10, 0)(now, endpoint, id),
        Endpoint::ListJobs => {
            lists += 1;
            let bytes = even * if lists.is_multiple_of(2) { 1.05 } else { 0.95 };
            Reply::Long(
                (0..10).map(|job| (job_name(job), processing(now))).collect(),
                bytes - 10.0 * JOB_BYTES,
            )
        }
    });
    for job in 0..10 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(WHILE);
    let changes = sim.log.windows(2).filter(|two| (two[0].1 == "[p]") != (two[1].1 == "[p]")).count();
    assert!(changes <= 2, "{changes}");
}

#[test]
fn a_list_that_is_too_long_is_given_up_where_it_stops_to_pay_and_tried_again_when_twice_as_much_does() {
    let mut sim = Sim::new(0.0, project(40, 3_000));
    for job in 0..5 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(95_000.0);
    assert_eq!(sim.times("[p]").len(), 1);
    for job in 5..9 {
        sim.wait(&job_name(job), CONFIG);
    }
    sim.run(195_000.0);
    assert_eq!(sim.times("[p]").len(), 1, "nine can afford less than twice what five could");
    sim.wait(&job_name(9), CONFIG);
    sim.wait(&job_name(10), CONFIG);
    sim.run(295_000.0);
    assert_eq!(sim.times("[p]").len(), 2);
    assert!(
        sim.notifications.iter().all(|(_, notification)| matches!(notification.outcome, Outcome::Job { .. }))
    );
}

#[test]
fn a_list_that_was_too_long_is_as_unknown_as_before_once_nobody_is_about_its_project() {
    for (waits, lists) in [(2, 0), (5, 1)] {
        let mut sim = Sim::new(0.0, project(40, 3_000));
        let first: Vec<_> = (0..5).map(|job| sim.wait(&job_name(job), CONFIG)).collect();
        sim.run(15_000.0);
        assert_eq!(sim.times("[p]").len(), 1);
        for wait in first {
            sim.coordinator.leave(wait);
        }
        for job in 0..waits {
            sim.wait(&job_name(job), CONFIG);
        }
        sim.run(95_000.0);
        assert_eq!(sim.times("[p]").len(), 1 + lists, "{waits}");
    }
}

/// Runs a watch of a project with a history and one active job until that has ended: the bytes, the requests, and when
/// the watch was notified of the end. A response shows the job as it is when it is sent.
fn watched(history: usize, end: f64, bounds: Bounds) -> (f64, usize, f64) {
    let mut sim = Sim::new(100.0, move |now, endpoint, _| {
        let done = Some((now / end * 1_000.0).floor());
        let job = if now < end { processing(now) } else { completed(end) };
        let job = JobSnapshot { pages: Some(1_000.0), done, ..job };
        match endpoint {
            Endpoint::GetJob => Reply::Job("p", job),
            Endpoint::ListJobs => Reply::Long(vec![("job_0".into(), job)], history as f64 * JOB_BYTES),
        }
    });
    sim.watch("p", WaitConfig { poll_interval: PollInterval::Adaptive(bounds), ..CONFIG });
    sim.run(end + 30_000.0);
    let seen = sim.notifications.iter().map(|(at, _)| *at).find(|at| *at >= end).unwrap();
    (sim.bytes, sim.log.len(), seen)
}

#[test]
fn a_watch_beside_a_long_history_follows_what_is_active_by_itself_and_sees_its_end_no_later() {
    let bounds = Bounds { min: 10_000.0, max: 30_000.0 };
    for end in [115_000.0, 150_000.0, 175_000.0, 195_000.0, 600_000.0] {
        let (bytes, requests, seen) = watched(20_000, end, bounds);
        // Beside a short one it polls by lists alone.
        let (_, lists, seen_by_lists) = watched(0, end, bounds);
        let ratio = bytes / (lists as f64 * 20_001.0 * JOB_BYTES);
        assert!(ratio <= 0.4, "{end}: {ratio}");
        assert!(seen <= seen_by_lists, "{end}: {seen} {seen_by_lists}");
        assert!(requests <= lists + 10);
    }
}

#[test]
fn a_watch_with_a_fixed_interval_asks_for_lists_alone() {
    let bounds = Bounds { min: 10_000.0, max: 10_000.0 };
    let (bytes, requests, seen) = watched(20_000, 95_000.0, bounds);
    assert_eq!((requests, seen), {
        let (_, requests, seen) = watched(0, 95_000.0, bounds);
        (requests, seen)
    });
    assert_eq!(bytes, requests as f64 * 20_001.0 * JOB_BYTES);
}

#[test]
fn what_responses_of_jobs_weigh_on_average_decides_whether_a_list_pays() {
    for (bytes, expected) in [
        ([500.0, 500.0], &["job_0", "job_1"][..]),
        ([500.0, 5_000.0], &["job_0", "job_1"]),
        ([1e5, 1e5], &["p"]),
    ] {
        let mut sim = Sim::new(0.0, project(2, 0));
        sim.coordinator.list_weighs("p", 25_000.0);
        for job in 0..2 {
            sim.wait(&job_name(job), CONFIG);
        }
        for (send, bytes) in sim.coordinator.step(0.0).send.iter().zip(bytes) {
            sim.coordinator.job_received(send.request, &"p".into(), &processing(0.0), bytes, None, 0.0);
        }
        let sent = sim.coordinator.step(10_000.0).send;
        assert_eq!(sent.iter().map(|send| &*send.id).collect::<Vec<_>>(), expected, "{bytes:?}");
    }
}
