//! A history divided among processes at every poll, the state a text each time, beside the same history in one.

use super::*;
use crate::core::job::JobSnapshot;
use crate::core::status::Status;
use crate::core::wait::{PollInterval, WatchedJob};
use proptest::prelude::*;
use std::rc::Rc;

const T: f64 = 1_767_225_600_000.0;

/// A job's life: how its pages come, and what the network does to its polls.
#[derive(Clone, Debug)]
struct Life {
    phases: Vec<f64>,
    pages: f64,
    each: f64,
    /// The server's clock is ahead.
    ahead: f64,
    polls: Vec<(f64, u8)>,
}

fn life() -> impl Strategy<Value = Life> {
    let phases = prop::collection::vec((0.0..60e3f64).prop_map(f64::round), 5);
    let poll = ((0.0..3_000.0f64).prop_map(f64::round), 0u8..20);
    let polls = prop::collection::vec(poll, 1..200);
    (phases, 1u32..3_000, 100.0..20e3, (-1e7..1e7f64).prop_map(f64::round), polls).prop_map(
        |(phases, pages, each, ahead, polls)| Life { phases, pages: f64::from(pages), each, ahead, polls },
    )
}

impl Life {
    fn at(&self, time: f64) -> JobSnapshot {
        let statuses = [
            Status::Provisioning,
            Status::AwaitingUploads,
            Status::Preflighting,
            Status::BlockedInsufficientCredits,
            Status::Preflighting,
        ];
        let mut began = 0.0;
        for (length, status) in self.phases.iter().zip(statuses) {
            if time < began + length {
                return self.snapshot(status, began, None);
            }
            began += length;
        }
        let done = ((time - began) / self.each).floor().min(self.pages);
        let status = if done < self.pages { Status::Processing } else { Status::Completed };
        self.snapshot(status, (began + done * self.each).floor(), Some(done))
    }

    fn snapshot(&self, status: Status, updated: f64, done: Option<f64>) -> JobSnapshot {
        let pages = done.map(|_| self.pages);
        JobSnapshot { status: Some(status), updated: Some(T + updated + self.ahead), pages, done }
    }
}

fn config() -> impl Strategy<Value = WaitConfig> {
    let intervals = (prop::option::weighted(0.2, 5e3..1e5f64), 5e3..3e4f64, 0.0..1e6f64);
    (intervals, prop::option::weighted(0.3, 1e3..1e7f64)).prop_map(|((interval, min, more), max_wait)| {
        WaitConfig {
            poll_interval: PollInterval::new(interval, Some(min), Some(min + more), 5e3).unwrap(),
            floor: 5e3,
            initial_delay: 0.0,
            max_wait: max_wait.unwrap_or(f64::INFINITY),
            max_poll_errors: 9,
            throw_on_blocked: false,
        }
    })
}

proptest! {
    #[test]
    fn a_history_divided_at_every_poll_equals_the_undivided_one(
        life in life(), config in config(), unit in 0.0..1.0f64,
    ) {
        let (mut wait, mut watched) = (Wait::new(config, T), WatchedJob::default());
        let (mut now, mut state) = (T, None::<String>);
        for (latency, event) in &life.polls {
            let mut check = Check::job("job_1", state.as_deref(), config, now);
            prop_assert_eq!(check.too_early(now), None);
            now += latency;
            let retry_after = (*event == 0).then_some(40_000.0);
            let snapshot = life.at(now - T);
            if *event < 3 {
                let error = Error::Api { status: 503, retry_after };
                prop_assert_eq!(
                    check.failed(&error, unit, now),
                    wait.failed(now, &error, unit, &|bounds| watched.interval(bounds))
                );
            } else {
                check.job_received(&(Rc::from("job_1"), snapshot, 0), retry_after, unit, now);
                watched.observe(now, &snapshot);
                wait.responded(now, retry_after, unit, &|bounds| watched.interval(bounds));
                match (check.eta(now), watched.eta(now).filter(|_| !snapshot.terminal())) {
                    (Some(one), Some(other)) => prop_assert!((one - other).abs() <= 1.0 + other / 1e3),
                    (one, other) => prop_assert_eq!(one, other),
                }
            }
            prop_assert_eq!((check.polls(), check.elapsed(now)), (wait.polls(), now - wait.started()));
            match check.verdict(now) {
                Verdict::Over => {
                    prop_assert!(watched.terminal());
                    break;
                }
                Verdict::Expired => {
                    prop_assert_eq!(wait.due(), f64::INFINITY);
                    break;
                }
                Verdict::Next(ms) => {
                    prop_assert!((wait.due() - now - ms).abs() < 15.0, "{} {}", wait.due() - now, ms);
                    state = Some(check.state(now));
                    // Both go on at the same moment, so that what differs is seen and not added up.
                    now += ms;
                }
            }
        }
    }
}
