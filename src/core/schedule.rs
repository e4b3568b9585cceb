//! When to ask next: pages done → time left → interval. Pure: no clock, no I/O, a fixed size however long the wait.
//!
//! Two rules. Where the pages tell when the job will end, the next poll lands a little before that. Where nothing
//! tells, a phase that has lasted for a while is taken to last about as long again, so the interval grows with it.

use super::status::Status;

/// One answer, as far as the schedule cares. Times in ms.
#[derive(Clone, Copy, Debug, Default)]
pub struct Observation {
    /// When the answer arrived, on this machine's monotonic clock.
    pub at: f64,
    /// `updatedAt`, as Unix time.
    pub server: Option<f64>,
    /// `None`: one that the documentation does not list.
    pub status: Option<Status>,
    /// `pageCount`.
    pub pages: Option<f64>,
    /// `successfulPageCount`.
    pub done: Option<f64>,
}

/// The shortest and the longest interval, in ms; already checked: 0 ≤ min ≤ max.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub min: f64,
    pub max: f64,
}

impl Bounds {
    /// The nearest interval within the bounds; the shortest for what is not a number.
    fn nearest(self, interval: f64) -> f64 {
        interval.min(self.max).max(self.min)
    }
}

/// How long pages count: after this much more processing, a page weighs 1/e of a new one.
const MEMORY: f64 = 300_000.0;
/// The part of the time left after which to look again: predictions err on the late side when pages fail.
const APPROACH: f64 = 0.7;
/// The part of the time already waited for something of unknown length after which to look again.
const PATIENCE: f64 = 0.25;

/// What was observed of one job.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    last: Observation,
    started: bool,
    /// When the status was entered, on the local clock, as far as is known.
    since: f64,
    /// When the pages last changed, on the local clock.
    changed: f64,
    /// The smallest local minus server time seen: the offset of the clocks, if one answer was fresh.
    offset: Option<f64>,
    /// Processing time and the pages done in it, both fading alike.
    time: f64,
    counted: f64,
}

impl Schedule {
    /// Takes in an answer. One with an impossible time or page count tells only the rest.
    pub fn observe(&mut self, seen: &Observation) {
        let before = self.last;
        let at = if seen.at.is_finite() { seen.at.max(before.at) } else { before.at };
        let (pages, done) = counts(seen);
        let changed = self.local_time(seen.server, if self.started { before.at } else { at }, at);
        if !self.started || seen.status != before.status {
            self.since = changed;
            self.changed = changed;
        } else if done != before.done || pages != before.pages {
            self.count(changed - self.changed, done.unwrap_or(0.0) - before.done.unwrap_or(0.0));
            self.changed = changed;
        }
        self.started = true;
        self.last = Observation { at, server: None, status: seen.status, pages, done };
    }

    fn count(&mut self, time: f64, pages: f64) {
        if pages < 0.0 {
            // It started anew.
            self.time = 0.0;
            self.counted = 0.0;
        } else if self.last.status == Some(Status::Processing) {
            let fade = (-time / MEMORY).exp();
            self.time = self.time * fade + time;
            self.counted = self.counted * fade + pages;
        }
    }

    /// The server's time on the local clock, made to lie between the two.
    fn local_time(&mut self, server: Option<f64>, from: f64, to: f64) -> f64 {
        let Some(server) = server.filter(|time| time.is_finite()) else { return to };
        let offset = self.offset.unwrap_or(f64::INFINITY).min(to - server);
        self.offset = Some(offset);
        (server + offset).min(to).max(from)
    }

    /// Time from the last answer to the end of the pages; negative: how long that is overdue.
    fn left(&self) -> Option<f64> {
        let Observation {
            status: Some(Status::Processing), pages: Some(pages), done: Some(done), at, ..
        } = self.last
        else {
            return None;
        };
        let each = if done >= pages {
            0.0
        } else if self.counted > 0.0 {
            self.time / self.counted
        } else {
            return None;
        };
        Some((pages - done).max(0.0) * each - (at - self.changed))
    }

    /// Time from the last answer to the next poll, in ms, within the bounds, before jitter.
    pub fn interval(&self, bounds: Bounds) -> f64 {
        if self.last.status == Some(Status::BlockedInsufficientCredits) {
            return bounds.max;
        }
        let wish = match self.left() {
            Some(left) if left > 0.0 => APPROACH * left,
            Some(left) => PATIENCE * -left,
            None => PATIENCE * (self.last.at - self.since),
        };
        bounds.nearest(wish)
    }

    /// Estimated time from the last answer to the end, in ms; `None` where nothing can be said.
    pub fn eta(&self) -> Option<f64> {
        self.left().map(|left| left.clamp(0.0, f64::MAX))
    }
}

/// The page counts, where they make sense: some pages, and no more done than there are.
fn counts(seen: &Observation) -> (Option<f64>, Option<f64>) {
    let sound = |count: &f64| count.is_finite() && *count >= 0.0;
    let pages = seen.pages.filter(sound).filter(|count| *count > 0.0);
    let done = seen.done.filter(sound);
    (pages, done)
}

/// The interval moved by up to 10 % either way, so that clients started together spread, and still within the bounds.
/// `unit` is from the caller's random source, in [0, 1). In whole ms, as timers count, where the bounds leave one.
pub fn jittered(interval: f64, bounds: Bounds, unit: f64) -> f64 {
    let low = bounds.nearest(interval * 0.9);
    let high = bounds.nearest(interval * 1.1);
    bounds.nearest((low + (high - low) * unit).round())
}
