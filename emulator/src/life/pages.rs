//! When the pages of a job are done: in bursts, with stalls between them.

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;

/// The pages that a job gets done, counted from the start of processing.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    /// When each is done, in ms, rising.
    done: Vec<u64>,
    /// Which of them failed, by position, rising.
    failed: Vec<u32>,
}

/// How fast pages come.
pub struct Pace {
    pub page_ms: std::ops::RangeInclusive<u64>,
    pub burst: std::ops::RangeInclusive<u32>,
    pub stall_ms: std::ops::RangeInclusive<u64>,
}

/// Bursts of some pages a few seconds apart; between most of them nothing happens for up to a minute.
pub const STEADY: Pace = Pace { page_ms: 400..=5_000, burst: 3..=24, stall_ms: 8_000..=60_000 };

/// A few seconds for a few pages.
pub const QUICK: Pace = Pace { page_ms: 300..=1_500, burst: 2..=4, stall_ms: 500..=1_500 };

impl Pages {
    /// `count` pages at that pace.
    pub fn new(count: u32, pace: &Pace, rng: &mut ChaCha8Rng) -> Self {
        let mut done = Vec::new();
        let (mut at, mut left_of_burst) = (0, rng.random_range(pace.burst.clone()));
        for _ in 0..count {
            if left_of_burst == 0 {
                left_of_burst = rng.random_range(pace.burst.clone());
                if rng.random_bool(0.6) {
                    at += rng.random_range(pace.stall_ms.clone());
                }
            }
            left_of_burst -= 1;
            at += rng.random_range(pace.page_ms.clone());
            done.push(at);
        }
        Self { done, failed: Vec::new() }
    }

    /// Lets one page in `one_in` fail, and at least one, but never all of several.
    pub fn fail_some(&mut self, one_in: u32, rng: &mut ChaCha8Rng) {
        let count = u32::try_from(self.done.len()).unwrap_or(u32::MAX);
        if count == 0 {
            return;
        }
        let sure = rng.random_range(0..count);
        self.failed = (0..count).filter(|page| *page == sure || rng.random_ratio(1, one_in)).collect();
        if count > 1 && self.failed.len() == self.done.len() {
            self.failed.truncate(1);
        }
    }

    /// Keeps the first `count`.
    pub fn truncate(&mut self, count: u32) {
        self.done.truncate(count as usize);
        self.failed.retain(|page| *page < count);
    }

    /// How many are done, well or not, `after` ms of processing, and when the last of these was.
    pub fn done_after(&self, after: u64) -> (u32, u64) {
        let count = self.done.partition_point(|at| *at <= after);
        let last = count.checked_sub(1).and_then(|index| self.done.get(index));
        (u32::try_from(count).unwrap_or(u32::MAX), last.copied().unwrap_or(0))
    }

    /// How many of the first `done` succeeded.
    pub fn successes(&self, done: u32) -> u32 {
        let failed = self.failed.partition_point(|page| *page < done);
        done - u32::try_from(failed).unwrap_or(done).min(done)
    }

    /// When the last one is done; 0 without pages.
    pub fn last(&self) -> u64 {
        self.done.last().copied().unwrap_or(0)
    }

    /// Moves every time up to the next whole `quantum`.
    pub fn quantize(&mut self, quantum: u64) {
        for at in &mut self.done {
            *at = at.next_multiple_of(quantum);
        }
    }
}
