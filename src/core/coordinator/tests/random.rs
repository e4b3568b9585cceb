//! Random sequences of everything that can happen to a coordinator, and what must hold after each.

use super::sim::status;
use crate::core::error::Error;
use model::Model;
use proptest::prelude::*;

mod counts;
mod model;

const FLOOR: f64 = 5_000.0;
const JOBS: usize = 9;
const PROJECTS: [&str; 3] = ["p0", "p1", "p2"];

#[derive(Clone, Debug)]
enum Event {
    Wait {
        job: usize,
        fixed: Option<f64>,
        max_wait: Option<f64>,
    },
    Watch {
        project: usize,
        max_wait: Option<f64>,
    },
    Leave(usize),
    Listen(usize, bool),
    /// So many ms pass, or fewer if the coordinator wants to wake before.
    Pass(f64),
    /// Time passes until the coordinator wants to wake.
    Wake,
    ErrorResponse {
        in_flight: usize,
        terminal: bool,
        updated: f64,
        listed: usize,
        retry_after: Option<f64>,
    },
    Fail {
        in_flight: usize,
        error: usize,
    },
    /// The list that is in flight is longer than is worth reading.
    TooLong(usize),
    /// A request sleeps before another attempt.
    Sleeps {
        in_flight: usize,
        retry_after: Option<f64>,
    },
    /// It has slept.
    Wakes(usize),
    /// Something happened to a job, or in a project.
    Nudge {
        job: bool,
        number: usize,
    },
    /// A job's state became known otherwise.
    Learn {
        job: usize,
        terminal: bool,
        updated: f64,
    },
    /// The weight of a project's list became known.
    Weighs {
        project: usize,
        bytes: f64,
    },
    Offline(bool),
    Slept(f64),
}

fn event() -> impl Strategy<Value = Event> {
    let max_wait = || proptest::option::of(1.0..120_000.0);
    prop_oneof![
        3 => (0..JOBS, proptest::option::of(FLOOR..60_000.0), max_wait())
            .prop_map(|(job, fixed, max_wait)| Event::Wait { job, fixed, max_wait }),
        1 => (0..PROJECTS.len(), max_wait()).prop_map(|(project, max_wait)| Event::Watch { project, max_wait }),
        1 => any::<usize>().prop_map(Event::Leave),
        2 => any::<(usize, bool)>().prop_map(|(subscriber, on)| Event::Listen(subscriber, on)),
        3 => (0.0..20_000.0).prop_map(Event::Pass),
        4 => Just(Event::Wake),
        6 => (any::<usize>(), proptest::bool::weighted(0.1), 0.0..100.0, 0..=JOBS, proptest::option::weighted(0.1, 0.0..200_000.0))
            .prop_map(|(in_flight, terminal, updated, listed, retry_after)| Event::ErrorResponse { in_flight, terminal, updated, listed, retry_after }),
        2 => any::<(usize, usize)>().prop_map(|(in_flight, error)| Event::Fail { in_flight, error }),
        1 => any::<usize>().prop_map(Event::TooLong),
        1 => (any::<usize>(), proptest::option::weighted(0.1, 0.0..100_000.0)).prop_map(|(in_flight, retry_after)| Event::Sleeps { in_flight, retry_after }),
        2 => any::<usize>().prop_map(Event::Wakes),
        1 => any::<(bool, usize)>().prop_map(|(job, number)| Event::Nudge { job, number }),
        1 => (0..JOBS, any::<bool>(), 0.0..100.0).prop_map(|(job, terminal, updated)| Event::Learn { job, terminal, updated }),
        1 => (0..PROJECTS.len(), prop_oneof![0.0..1e5, 0.0..1e8]).prop_map(|(project, bytes)| Event::Weighs { project, bytes }),
        1 => any::<bool>().prop_map(Event::Offline),
        1 => (1_000.0..100_000.0).prop_map(Event::Slept),
    ]
}

fn error(number: usize) -> Error {
    match number % 8 {
        0 => status(401),
        1 => status(403),
        2 => Error::InvalidResponse,
        3 => Error::Connection,
        4 | 5 => Error::Api { status: 429, retry_after: Some(30_000.0) },
        _ => status(503),
    }
}

/// A sequence has many parts, so more of them than of others.
fn many() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: 8 * usual.cases, failure_persistence: None, ..usual }
}

proptest! {
    #![proptest_config(many())]

    #[test]
    fn whatever_happens_the_rules_hold(seed: u64, events in proptest::collection::vec(event(), 1..120)) {
        let mut model = Model::new(seed);
        for event in events {
            let name = format!("{event:?}");
            model.apply(event);
            model.check_queue(&name);
            model.step();
        }
        model.all_leave();
    }
}
