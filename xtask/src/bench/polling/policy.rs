//! The ways to poll that are compared.

use fastrand::Rng;
use plangrep_client::core::schedule::{Bounds, Observation, Schedule, jittered};

/// How to choose the time from a response to the next poll. Times in ms.
#[derive(Clone, Copy, Debug)]
pub enum Policy {
    /// Always the same.
    Fixed(f64),
    /// The AWS SDK's waiters (Smithy, "Waiter retries"): random between the shortest and an exponentially growing time.
    /// Their shortest is 2 s by default; here it is the API's floor.
    Exponential(Bounds),
    /// This client's.
    Adaptive(Bounds),
}

const fn seconds(min: f64, max: f64) -> Bounds {
    Bounds { min: min * 1_000.0, max: max * 1_000.0 }
}

/// Where in [`POLICIES`] the two are that the others are measured by.
pub const FIXED_5_S: usize = 0;
pub const FIXED_10_S: usize = 1;

/// Every policy that is compared, with its name.
pub const POLICIES: [(&str, Policy); 7] = [
    ("fixed 5 s", Policy::Fixed(5_000.0)),
    ("fixed 10 s", Policy::Fixed(10_000.0)),
    ("fixed 15 s", Policy::Fixed(15_000.0)),
    ("fixed 30 s", Policy::Fixed(30_000.0)),
    ("AWS waiter 5-120 s", Policy::Exponential(seconds(5.0, 120.0))),
    ("adaptive 10-30 s", Policy::Adaptive(seconds(10.0, 30.0))),
    ("adaptive 5-30 s", Policy::Adaptive(seconds(5.0, 30.0))),
];

/// One wait under a policy.
pub struct Wait {
    policy: Policy,
    schedule: Schedule,
    polls: i32,
}

impl Wait {
    pub fn new(policy: Policy) -> Self {
        Self { policy, schedule: Schedule::default(), polls: 0 }
    }

    /// Time from this response to the next poll.
    pub fn delay(&mut self, seen: &Observation, rng: &mut Rng) -> f64 {
        self.polls += 1;
        match self.policy {
            Policy::Fixed(interval) => interval,
            // The waiters' specification: random between minDelay and min(maxDelay, minDelay * 2 ** (attempt - 1)).
            Policy::Exponential(Bounds { min, max }) => {
                let ceiling = (min * 2f64.powi(self.polls - 1)).min(max);
                min + (ceiling - min) * rng.f64()
            }
            Policy::Adaptive(bounds) => {
                self.schedule.observe(seen);
                jittered(self.schedule.interval(bounds), bounds, rng.f64())
            }
        }
    }
}
