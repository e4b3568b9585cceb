//! Going on where another process stopped.

use super::sim::{CONFIG, Reply, Sim, processing, status};
use super::*;
use crate::core::schedule::Bounds;
use crate::core::state::hash_id;
use crate::core::status::Status;
use crate::core::wait::PollInterval;

/// Of a wait of half a minute, whose last poll of three was four seconds ago.
const PROGRESS: WaitProgress = WaitProgress {
    started: -30_000.0,
    last: -4_000.0,
    not_before: -4_000.0,
    polls: 3,
    errors: 1,
    reached: true,
};

/// What was seen of a job at a moment.
fn seen(snapshot: JobSnapshot, at: f64) -> WatchedJob {
    let mut watched = WatchedJob::default();
    watched.observe(at, &snapshot);
    watched
}

#[test]
fn a_wait_goes_on_with_its_time_its_polls_and_its_failures() {
    let mut sim = Sim::new(0.0, |_, _, _| Reply::Fails(status(503)));
    let wait = sim.wait("job_0", WaitConfig { max_poll_errors: 3, ..limited(60_000.0) });
    sim.coordinator.go_on(wait, PROGRESS, Some(&seen(processing(-5.0), -4_000.0)), &[]);
    sim.run(60_000.0);
    let told: Vec<_> = sim
        .notifications
        .iter()
        .map(|(at, told)| (*at, told.polls, told.elapsed, told.next_poll, told.outcome.ends()))
        .collect();
    let next = Some(10_000.0);
    assert_eq!(
        told,
        [
            (6_000.0, 4, 36_000.0, next, false),
            (16_000.0, 5, 46_000.0, next, false),
            (26_000.0, 6, 56_000.0, None, true)
        ]
    );
    assert_eq!(sim.times("job_0"), [6_000.0, 16_000.0, 26_000.0]);
}

#[test]
fn a_wait_goes_on_to_the_deadline_that_it_had() {
    let mut sim = Sim::new(0.0, |_, _, _| Reply::Silence);
    let wait = sim.wait("job_0", limited(60_000.0));
    sim.coordinator.go_on(wait, PROGRESS, None, &[]);
    sim.run(100_000.0);
    assert_eq!((sim.times("job_0"), sim.notifications.len()), (vec![6_000.0], 1));
    let (at, notification) = &sim.notifications[0];
    assert_eq!((*at, &notification.outcome, notification.elapsed), (30_000.0, &Outcome::Expired, 60_000.0));
}

#[test]
fn what_was_known_of_a_job_is_known_and_an_older_response_changes_nothing() {
    let mut sim =
        Sim::new(0.0, |now, _, _| Reply::Job("p", processing(if now < 10_000.0 { 1.0 } else { 3.0 })));
    let wait = sim.wait("job_0", CONFIG);
    sim.coordinator.go_on(wait, PROGRESS, Some(&seen(processing(2.0), -4_000.0)), &[]);
    sim.run(20_000.0);
    let outcomes: Vec<_> = sim.notifications.iter().map(|(at, told)| (*at, &told.outcome)).collect();
    let outcome = |fresh| Outcome::Job { index: 0, fresh, end: None };
    assert_eq!(outcomes, [(6_000.0, &outcome(false)), (16_000.0, &outcome(true))]);
}

#[test]
fn a_watch_goes_on_with_each_of_its_active_jobs_in_whatever_order_they_come() {
    let mut sim = Sim::new(0.0, |_, _, _| Reply::Silence);
    let watch = sim.watch("p", CONFIG);
    let known = |job: usize| {
        let watched = seen(processing(job as f64), -4_000.0);
        (hash_id(&job_name(job)), KnownJob { watched, hash: 0 })
    };
    let active: Vec<_> = (0..20).map(known).collect();
    sim.coordinator.go_on(watch, PROGRESS, None, &active);
    for job in 0..20 {
        let mut learn = |updated: f64| {
            sim.coordinator.learn(&job_name(job), &"p".into(), &processing(updated), false, 0.0).len()
        };
        assert_eq!((learn(job as f64 - 0.5), learn(job as f64 + 0.5)), (0, 1), "{job}");
    }
    assert_eq!(sim.coordinator.learn("job_20", &"p".into(), &processing(99.0), false, 0.0).len(), 0);
    sim.run(20_000.0);
    assert_eq!(sim.log, [(6_000.0, "[p]".to_owned())]);
}

#[test]
fn a_watch_goes_on_at_the_interval_that_its_jobs_suggest() {
    let bounds = Bounds { min: 10_000.0, max: 30_000.0 };
    let config = WaitConfig { poll_interval: PollInterval::Adaptive(bounds), ..CONFIG };
    let blocked = JobSnapshot { status: Some(Status::BlockedInsufficientCredits), ..processing(0.0) };
    for (jobs, due) in [(&[][..], 26_000.0), (&[blocked], 26_000.0), (&[blocked, processing(0.0)], 6_000.0)] {
        let mut sim = Sim::new(0.0, |_, _, _| Reply::Silence);
        let watch = sim.watch("p", config);
        let known = |(place, job): (usize, &JobSnapshot)| {
            (place as u64, KnownJob { watched: seen(*job, -4_000.0), hash: 0 })
        };
        let active: Vec<_> = jobs.iter().enumerate().map(known).collect();
        sim.coordinator.go_on(watch, PROGRESS, None, &active);
        sim.run(40_000.0);
        assert_eq!(sim.times("[p]"), [due], "{jobs:?}");
    }
}
