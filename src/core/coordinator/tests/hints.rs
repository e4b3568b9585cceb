//! What becomes known by another way than a poll.

use super::sim::{CONFIG, JOB_BYTES, Reply, Sim, completed, processing, status};
use super::*;
use crate::core::wait::PollInterval;

const SLOW: WaitConfig = WaitConfig { poll_interval: PollInterval::Fixed(100_000.0), ..CONFIG };

#[test]
fn many_nudges_are_one_poll_as_soon_as_the_floor_allows() {
    let mut sim = Sim::new(100.0, one_project(1, f64::INFINITY));
    sim.wait("job_0", SLOW);
    sim.run(2_000.0);
    for _ in 0..100 {
        assert!(sim.coordinator.nudge("job_0", sim.now));
    }
    sim.run(50_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 5_100.0]);
    assert!(sim.coordinator.nudge("job_0", sim.now));
    sim.run(149_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 5_100.0, 50_000.0], "the floor is over: at once, and then as usual");
    assert!(!sim.coordinator.nudge("job_1", sim.now) && !sim.coordinator.nudge("", sim.now));
}

#[test]
fn a_nudge_waits_for_a_retry_after() {
    let mut sim = Sim::new(0.0, |now, endpoint, id| match now {
        10.0..20_000.0 => Reply::Later(Box::new(Reply::Fails(status(429))), 60_000.0),
        _ => one_project(1, f64::INFINITY)(now, endpoint, id),
    });
    sim.wait("job_0", CONFIG);
    sim.run(12_000.0);
    assert!(sim.coordinator.nudge("job_0", sim.now));
    sim.run(71_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 10_000.0, 70_000.0]);
}

#[test]
fn a_nudged_job_is_asked_for_by_itself_and_a_nudged_project_by_what_it_is_polled_with() {
    let mut sim = Sim::new(0.0, one_project(5, f64::INFINITY));
    sim.coordinator.list_weighs("p", 5.0 * JOB_BYTES);
    for job in 0..5 {
        sim.wait(&job_name(job), SLOW);
    }
    sim.run(10_000.0);
    assert!(sim.coordinator.nudge("job_3", sim.now));
    sim.run(20_000.0);
    assert_eq!((sim.times("job_3"), sim.times("[p]").len()), (vec![0.0, 10_000.0], 0));
    assert!(sim.coordinator.nudge("p", sim.now));
    sim.run(30_000.0);
    assert_eq!((sim.log.len(), sim.times("[p]")), (7, vec![20_000.0]));
}

#[test]
fn what_was_merely_asked_is_told_and_moves_no_poll() {
    let mut sim = Sim::new(0.0, one_project(1, f64::INFINITY));
    sim.wait("job_0", SLOW);
    sim.run(10_000.0);
    let due = sim.coordinator.subscribers.at(0).wait.due();
    let notifications = sim.coordinator.learn("job_0", &"p".into(), &processing(10_000.0), false, sim.now);
    assert_eq!((notifications.len(), notifications[0].next_poll), (1, Some(due - sim.now)));
    assert_eq!(sim.coordinator.subscribers.at(0).wait.due().to_bits(), due.to_bits());
}

#[test]
fn a_state_that_is_learnt_is_told_to_who_waits_unless_it_is_older_and_the_next_poll_comes_soon() {
    let mut sim = Sim::new(0.0, one_project(2, f64::INFINITY));
    let waits = [sim.wait("job_0", SLOW), sim.wait("job_0", SLOW)];
    sim.wait("job_1", SLOW);
    sim.run(10_000.0);
    let notifications = sim.coordinator.learn("job_0", &"p".into(), &processing(-1.0), true, sim.now);
    assert!(notifications.is_empty(), "older");
    let notifications = sim.coordinator.learn("job_0", &"p".into(), &processing(10_000.0), true, sim.now);
    assert_eq!(notifications.iter().map(|notification| notification.subscriber).collect::<Vec<_>>(), waits);
    for notification in notifications {
        assert_eq!(
            (notification.outcome, notification.polls, notification.next_poll),
            (Outcome::Learnt { end: None }, 1, Some(5_000.0))
        );
    }
    sim.run(20_000.0);
    assert_eq!((sim.times("job_0"), sim.times("job_1")), (vec![0.0, 15_000.0], vec![0.0]));
    let notifications = sim.coordinator.learn("job_0", &"p".into(), &completed(20_000.0), true, sim.now);
    assert!(
        notifications
            .iter()
            .all(|notification| notification.outcome == Outcome::Learnt { end: Some(End::Terminal) })
    );
    assert_eq!(notifications.len(), 2);
    sim.run(300_000.0);
    assert_eq!(sim.times("job_0").len(), 2, "its waits have ended");
    assert!(sim.coordinator.learn("job_9", &"p".into(), &completed(0.0), true, sim.now).is_empty());
}

#[test]
fn a_watch_of_the_project_is_told_too() {
    let mut sim = Sim::new(0.0, one_project(2, f64::INFINITY));
    let watch = sim.watch("p", SLOW);
    sim.run(10_000.0);
    let notifications = sim.coordinator.learn("job_1", &"p".into(), &completed(10_000.0), true, sim.now);
    assert_eq!(notifications.len(), 1);
    assert_eq!(
        (notifications[0].subscriber, &notifications[0].outcome),
        (watch, &Outcome::ProjectJob { index: 0 })
    );
    assert!(sim.coordinator.learn("job_1", &"p".into(), &completed(10_000.0), true, sim.now).is_empty());
}

#[test]
fn what_is_learnt_while_the_job_is_asked_for_ends_the_request_with_the_wait() {
    let mut sim = Sim::new(1_000.0, one_project(1, f64::INFINITY));
    sim.wait("job_0", CONFIG);
    sim.run(500.0);
    let notifications = sim.coordinator.learn("job_0", &"p".into(), &completed(1.0), true, sim.now);
    assert_eq!((notifications.len(), notifications[0].polls), (1, 0));
    sim.run(2_000.0);
    assert_eq!((sim.aborted.len(), sim.in_flight(), sim.next), (1, 0, f64::INFINITY));
}
