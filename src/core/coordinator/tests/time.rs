//! Deadlines, pauses, sleep and being offline.

use super::sim::{CONFIG, PATIENCE, Reply, Sim, completed, processing, status};
use super::*;
use crate::core::error::Error;
use crate::core::schedule::Bounds;
use crate::core::wait::PollInterval;

#[test]
fn one_deadline_ends_one_wait_exactly_and_disturbs_no_other() {
    let mut sim = Sim::new(100.0, one_project(2, f64::INFINITY));
    let short = sim.wait("job_0", limited(24_000.0));
    let long = sim.wait("job_1", limited(60_000.0));
    sim.coordinator.list_weighs("p", 1_000.0);
    sim.run(100_000.0);
    let expired: Vec<_> = sim
        .notifications
        .iter()
        .filter(|(_, notification)| notification.outcome == Outcome::Expired)
        .collect();
    assert_eq!(expired.len(), 2);
    for ((at, notification), subscriber, end) in [(expired[0], short, 24_000.0), (expired[1], long, 60_000.0)]
    {
        assert_eq!(
            (*at, notification.subscriber, notification.elapsed, notification.next_poll),
            (end, subscriber, end, None)
        );
    }
    // The last poll before each deadline; after the first, Get Job is enough for the one that is left.
    assert_eq!(sim.times("[p]"), [10_100.0, 20_200.0]);
    assert_eq!(sim.times("job_1"), [0.0, 30_300.0, 40_400.0, 50_500.0, 59_000.0]);
    assert!(
        sim.notifications
            .iter()
            .all(|(at, notification)| notification.subscriber != short || *at <= 24_000.0)
    );
}

#[test]
fn a_request_in_flight_at_the_deadline_is_aborted() {
    let mut sim = Sim::new(0.0, |_, _, _| Reply::Silence);
    sim.wait("job_0", limited(24_000.0));
    sim.run(24_000.0);
    assert_eq!(sim.aborted, [(24_000.0, 0)]);
    assert_eq!(sim.notifications.len(), 1);
    assert!(sim.coordinator.is_empty());
}

#[test]
fn a_watch_polls_while_it_is_asked_and_starts_with_the_first_time() {
    let mut sim = Sim::new(0.0, one_project(3, f64::INFINITY));
    let config = WaitConfig { initial_delay: 2_000.0, ..limited(60_000.0) };
    let watch = sim.coordinator.join(&WatchTarget::Project("p".into()), config, PATIENCE, false, 0.0);
    sim.run(100_000.0);
    assert_eq!((sim.log.len(), sim.next), (0, f64::INFINITY));
    sim.coordinator.listen(watch, true, sim.now);
    sim.run(103_000.0);
    assert_eq!(sim.times("[p]"), [102_000.0]);
    assert_eq!(sim.notifications[0].1.elapsed, 2_000.0);
    sim.coordinator.listen(watch, false, sim.now);
    sim.run(130_000.0);
    assert_eq!((sim.log.len(), sim.next), (1, f64::INFINITY));
    sim.coordinator.listen(watch, true, sim.now); // later than the interval: at once
    sim.run(130_000.0);
    assert_eq!(sim.times("[p]"), [102_000.0, 130_000.0]);
    sim.coordinator.listen(watch, false, sim.now);
    sim.run(200_000.0);
    assert_eq!(sim.notifications.len(), 2, "nobody is notified of a deadline that nobody waits for");
    sim.coordinator.listen(watch, true, sim.now);
    sim.run(200_000.0);
    assert_eq!(sim.notifications[2].1.outcome, Outcome::Expired);
    assert_eq!(sim.log.len(), 2);
}

#[test]
fn a_paused_watch_hears_nothing_and_makes_no_list_shared() {
    let mut sim = Sim::new(0.0, one_project(3, f64::INFINITY));
    let watch = sim.watch("p", CONFIG);
    sim.wait("job_0", CONFIG);
    sim.run(0.0);
    sim.coordinator.listen(watch, false, 0.0);
    sim.notifications.clear();
    sim.run(15_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 10_000.0]);
    assert!(sim.notifications.iter().all(|(_, notification)| notification.subscriber != watch));
}

#[test]
fn offline_polls_come_at_the_longest_interval_and_failures_do_not_count() {
    let mut sim = Sim::new(1_000.0, |now, _, _| match now {
        5_000.0..60_000.0 => Reply::Fails(Error::Connection),
        _ => Reply::Job("p", processing(now)),
    });
    let poll_interval = PollInterval::Adaptive(Bounds { min: 10_000.0, max: 20_000.0 });
    sim.wait("job_0", WaitConfig { max_poll_errors: 0, poll_interval, ..CONFIG });
    sim.run(11_500.0);
    sim.coordinator.set_offline(true);
    sim.run(62_500.0);
    // After an interval of ten seconds, and then the longest one after each attempt in vain.
    assert_eq!(sim.times("job_0"), [0.0, 11_000.0, 32_000.0, 53_000.0]);
    let told: Vec<_> = sim.notifications.iter().map(|(at, told)| (*at, told.polls, told.next_poll)).collect();
    let slow = Some(20_000.0);
    assert_eq!(
        told,
        [(1_000.0, 1, Some(10_000.0)), (12_000.0, 1, slow), (33_000.0, 1, slow), (54_000.0, 1, slow)]
    );
    sim.coordinator.set_offline(false);
    sim.run(64_000.0);
    assert_eq!(sim.times("job_0").last(), Some(&62_500.0), "overdue: at once");
    assert_eq!(sim.notifications[4].1.polls, 2);
}

#[test]
fn a_wait_that_starts_offline_tries_at_once_and_then_at_the_longest_interval() {
    let mut sim = Sim::new(0.0, |now, _, _| match now {
        0.0..70_000.0 => Reply::Fails(Error::Connection),
        _ => Reply::Job("p", processing(now)),
    });
    sim.coordinator.set_offline(true);
    sim.wait("job_0", WaitConfig { max_poll_errors: 0, ..CONFIG });
    sim.run(95_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 30_000.0, 60_000.0, 90_000.0]);
    let polls: Vec<_> = sim.notifications.iter().map(|(_, told)| told.polls).collect();
    assert_eq!(polls, [0, 0, 0, 1], "what was lost is told, and was no poll");
}

#[test]
fn after_sleep_an_overdue_poll_is_made_at_once_and_deadlines_stay() {
    let mut sim = Sim::new(0.0, one_project(1, f64::INFINITY));
    sim.wait("job_0", limited(60_000.0));
    sim.run(3_000.0);
    sim.coordinator.slept(3_600_000.0);
    sim.run(4_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 3_000.0]);
    sim.run(100_000.0);
    assert_eq!(
        sim.times("job_0"),
        [0.0, 3_000.0, 13_000.0, 23_000.0, 33_000.0, 43_000.0, 53_000.0, 59_000.0]
    );
    assert_eq!(sim.notifications.last().unwrap().0, 60_000.0);
}

#[test]
fn an_answer_older_than_what_is_known_is_told_as_such() {
    let updated = |now: f64| if now == 10_000.0 { -1.0 } else { now };
    let mut sim = Sim::new(0.0, move |now, _, _| Reply::Job("p", processing(updated(now))));
    sim.wait("job_0", CONFIG);
    sim.run(20_000.0);
    let fresh: Vec<_> = sim
        .notifications
        .iter()
        .map(|(_, notification)| matches!(notification.outcome, Outcome::Job { fresh: true, .. }))
        .collect();
    assert_eq!(fresh, [true, false, true]);
}

/// A wait of 3 s whose poll is due every 2 s, and nothing runs from 100 ms to 8 s.
fn frozen(
    server: impl FnMut(f64, Endpoint, &str) -> Reply + 'static,
) -> Sim<impl FnMut(f64, Endpoint, &str) -> Reply> {
    let mut sim = Sim::new(200.0, server);
    let poll_interval = PollInterval::Fixed(2_000.0);
    sim.wait("job_0", WaitConfig { poll_interval, floor: 100.0, ..limited(3_000.0) });
    sim.run(1_000.0);
    sim.now = 8_000.0;
    sim.step();
    sim
}

#[test]
fn when_a_poll_and_the_deadline_were_both_missed_one_poll_comes_first_and_finds_the_end() {
    let mut sim =
        frozen(|now, _, _| Reply::Job("p", if now < 5_000.0 { processing(now) } else { completed(now) }));
    sim.run(60_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 8_000.0]);
    let (at, notification) = sim.notifications.last().unwrap();
    assert_eq!(*at, 8_200.0);
    assert_eq!(notification.outcome, Outcome::Job { index: 0, fresh: true, end: Some(End::Terminal) });
    assert!(sim.coordinator.is_empty());
}

#[test]
fn a_deadline_that_was_missed_ends_the_wait_after_the_poll_that_comes_first_whatever_becomes_of_it() {
    for reply in [|| Reply::Job("p", processing(9_000.0)), || Reply::Fails(status(503))] {
        let mut sim =
            frozen(move |now, _, _| if now < 5_000.0 { Reply::Job("p", processing(now)) } else { reply() });
        sim.run(60_000.0);
        assert_eq!(sim.times("job_0"), [0.0, 8_000.0]);
        let (at, notification) = sim.notifications.last().unwrap();
        assert_eq!((*at, &notification.outcome), (8_200.0, &Outcome::Expired));
        assert!(sim.coordinator.is_empty());
    }
}

#[test]
fn the_poll_that_comes_first_has_the_time_of_one_attempt() {
    let mut sim =
        frozen(|now, _, _| if now < 5_000.0 { Reply::Job("p", processing(now)) } else { Reply::Silence });
    sim.run(100_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 8_000.0]);
    let (at, notification) = sim.notifications.last().unwrap();
    assert_eq!((*at, &notification.outcome), (38_000.0, &Outcome::Expired));
    assert_eq!((sim.aborted.len(), sim.in_flight()), (1, 0));
}

/// As [`frozen`], but nothing runs until another moment; a second job's server refuses from the beginning, for so many ms.
fn frozen_until(
    thaw: f64,
    refused: f64,
    server: fn(f64) -> Reply,
) -> Sim<impl FnMut(f64, Endpoint, &str) -> Reply> {
    let mut sim = Sim::new(200.0, move |now, _, id| match id {
        "job_1" => Reply::Later(Box::new(Reply::Fails(status(429))), refused),
        _ => server(now),
    });
    let poll_interval = PollInterval::Fixed(2_000.0);
    sim.wait("job_0", WaitConfig { poll_interval, floor: 100.0, ..limited(3_000.0) });
    if refused > 0.0 {
        sim.wait("job_1", CONFIG);
    }
    sim.run(1_000.0);
    sim.now = thaw;
    sim.step();
    sim
}

#[test]
fn a_poll_that_was_missed_comes_first_also_where_the_deadline_was_missed_by_little() {
    let mut sim = frozen_until(3_100.0, 0.0, |now| {
        Reply::Job("p", if now < 2_500.0 { processing(now) } else { completed(now) })
    });
    sim.run(60_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 3_100.0]);
    let (at, notification) = sim.notifications.last().unwrap();
    assert_eq!(*at, 3_300.0);
    assert_eq!(notification.outcome, Outcome::Job { index: 0, fresh: true, end: Some(End::Terminal) });
}

#[test]
fn a_poll_that_had_to_wait_for_its_place_was_not_missed_and_the_wait_ends_at_its_deadline() {
    for (thaw, polls) in [(3_499.0, 0), (3_500.0, 1)] {
        let mut sim = Sim::new(0.0, |_, _, _| Reply::Silence);
        sim.coordinator = PollCoordinator::new(Box::new(|| 0.5), Concurrency { initial: 1, most: 1 });
        let first = sim.wait("job_0", CONFIG);
        sim.wait("job_1", limited(3_000.0));
        sim.step();
        sim.now = thaw;
        sim.coordinator.leave(first);
        sim.step();
        assert_eq!((sim.times("job_1").len(), sim.notifications.len()), (polls, 1 - polls), "{thaw}");
    }
}

#[test]
fn a_poll_that_a_retry_after_forbids_does_not_come_first() {
    let server = |now| Reply::Job("p", if now < 5_000.0 { processing(now) } else { completed(now) });
    // At 200 ms the server refuses until 8 s.
    for thaw in [7_900.0, 7_999.0] {
        let sim = frozen_until(thaw, 7_800.0, server);
        let (at, notification) = sim.notifications.last().unwrap();
        assert_eq!((*at, &notification.outcome), (thaw, &Outcome::Expired));
        assert_eq!(sim.log.len(), 2);
    }
    let mut sim = frozen_until(8_000.0, 7_800.0, server);
    sim.run(9_000.0);
    assert_eq!(sim.times("job_0"), [0.0, 8_000.0]);
    let ended = sim.notifications.iter().find(|(_, notification)| notification.outcome.ends()).unwrap();
    assert_eq!(ended.0, 8_200.0);
}

#[test]
fn a_response_that_was_under_way_has_half_a_second_to_be_heard_where_nothing_ran_for_as_long() {
    for (thaw, heard) in [(3_499.0, false), (3_500.0, true)] {
        let mut sim = Sim::new(3_600.0, |now, _, _| Reply::Job("p", completed(now)));
        sim.wait("job_0", limited(3_000.0));
        sim.run(1_000.0);
        sim.now = thaw;
        sim.step();
        assert_eq!(sim.next, if heard { 4_000.0 } else { f64::INFINITY }, "{thaw}");
        sim.run(60_000.0);
        let (at, notification) = &sim.notifications[0];
        let end = Outcome::Job { index: 0, fresh: true, end: Some(End::Terminal) };
        let expected = if heard { (3_600.0, &end) } else { (thaw, &Outcome::Expired) };
        assert_eq!((*at, &notification.outcome), expected);
        assert_eq!((sim.log.len(), sim.notifications.len()), (1, 1));
    }
}

#[test]
fn no_poll_is_announced_to_whom_it_comes_too_late_for_or_who_does_not_listen() {
    let mut sim = Sim::new(0.0, one_project(1, f64::INFINITY));
    let short = sim.wait("job_0", limited(11_500.0));
    sim.wait("job_0", CONFIG);
    sim.run(11_000.0);
    let next: Vec<_> =
        sim.notifications.iter().map(|(at, told)| (*at, told.subscriber == short, told.next_poll)).collect();
    let (ten, half) = (Some(10_000.0), None);
    assert_eq!(next, [(0.0, true, ten), (0.0, false, ten), (10_000.0, true, half), (10_000.0, false, ten)]);
    let mut sim = Sim::new(100.0, one_project(1, f64::INFINITY));
    let watch = sim.watch("p", CONFIG);
    sim.run(50.0);
    sim.coordinator.listen(watch, false, sim.now);
    sim.run(60_000.0);
    let told: Vec<_> =
        sim.notifications.iter().map(|(at, told)| (*at, &told.outcome, told.next_poll)).collect();
    assert_eq!(told, [(100.0, &Outcome::Project, None)]);
}
