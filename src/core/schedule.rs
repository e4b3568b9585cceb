//! When to poll next: pages done → time left → interval. Pure: no clock, no I/O, a fixed size however long the wait.
//!
//! There are three cases. Where the rate of pages predicts the end well, the next poll lands just after it. Where it
//! predicts it badly, the interval is the one at which a request costs as much as the lateness that it spares. Without a
//! prediction, the longer a phase has lasted, the longer it is taken to last, so the interval grows with it.
//!
//! The constants were chosen in the simulation (`cargo xtask bench polling`); it is flat around them.

use super::status::Status;

/// One response, as far as the schedule needs it. Times in ms.
#[derive(Clone, Copy, Debug, Default)]
pub struct Observation {
    /// When the response arrived, on this machine's monotonic clock.
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
    /// The shortest, in ms.
    pub min: f64,
    /// The longest, in ms.
    pub max: f64,
}

impl Bounds {
    /// The nearest interval within the bounds.
    fn nearest(self, interval: f64) -> f64 {
        interval.min(self.max).max(self.min)
    }
}

/// How long processing is remembered, in ms: a page done this long ago counts about half as much as a new one.
const MEMORY: f64 = 200_000.0;
/// How long a job takes from its last page to its end, as a rule, in ms.
const TAIL: f64 = 5_000.0;
/// How far the count of pages strays from the rate, in pages: more than by chance alone, since pages come in bursts.
const STRAY: f64 = 4.0;
/// How much lateness one request is worth, in ms.
const WORTH: f64 = 1_100.0;
/// How much of the time since the last page counts towards pages that no response has shown yet, 0 to 1: a silence is more
/// often a stall than a delay in the count.
const UNREPORTED: f64 = 0.25;
/// The interval in a phase of unknown length, as a part of the time already spent in it.
const PATIENCE: f64 = 0.05;

/// What was observed of one job.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Schedule {
    /// The last response's arrival, in ms, and its status; `None` before the first.
    pub(super) last: Option<(f64, Option<Status>)>,
    /// When the status, and when anything at all, last changed, on the local clock as near as is known.
    pub(super) entered: f64,
    pub(super) changed: f64,
    /// The smallest difference of local and server time seen, in ms: the offset of the clocks, if one response was fresh.
    pub(super) offset: Option<f64>,
    /// The page counts of the last response that had them; 0: none had.
    pub(super) pages: f64,
    pub(super) done: f64,
    /// Processing time, in ms, and the pages done in it; both fade by [`MEMORY`].
    pub(super) time: f64,
    pub(super) counted: f64,
}

impl Schedule {
    /// Takes in a response. A time or page count that makes no sense is as if absent.
    pub fn observe(&mut self, seen: &Observation) {
        let at = if seen.at.is_finite() { seen.at } else { 0.0 };
        let (before, status_before) = self.last.unwrap_or((at, seen.status));
        let at = at.max(before);
        // What changed, changed between the two polls, whatever the server's clock says.
        let changed = self.local(seen.server, at).min(at).max(before);
        let done = count(seen.done).unwrap_or(self.done);
        let more = done - self.done;
        let processing = seen.status == Some(Status::Processing);
        if self.last.is_none() {
            self.entered = changed;
            self.changed = changed;
        } else if seen.status != status_before {
            // Processing began somewhere between the polls. After a block, pages that are counted anew measure nothing.
            if processing && status_before.is_some_and(|was| was != Status::BlockedInsufficientCredits) {
                self.learn((changed - before) / 2.0, more);
            }
            self.entered = changed;
            self.changed = changed;
        } else if more != 0.0 {
            if processing {
                self.learn(changed - self.changed, more);
            }
            self.changed = changed;
        }
        self.pages = count(seen.pages).unwrap_or(0.0);
        self.done = done;
        self.last = Some((at, seen.status));
    }

    /// On another clock, which is ahead by so many ms.
    pub fn shift(&mut self, ms: f64) {
        self.last = self.last.map(|(at, status)| (at + ms, status));
        self.entered += ms;
        self.changed += ms;
        self.offset = self.offset.map(|offset| offset + ms);
    }

    /// The server's time on the local clock; `at` where there is none.
    fn local(&mut self, server: Option<f64>, at: f64) -> f64 {
        let Some(server) = server.filter(|time| time.is_finite()) else { return at };
        let offset = self.offset.map_or(at - server, |least| least.min(at - server));
        self.offset = Some(offset);
        server + offset
    }

    /// Takes in so many more pages, done in so much processing time. A number below 0 means that the job started anew:
    /// then what was learnt before is forgotten.
    fn learn(&mut self, time: f64, pages: f64) {
        let fade = if pages < 0.0 { 0.0 } else { MEMORY / (MEMORY + time) };
        self.time = self.time * fade + time;
        self.counted = (self.counted * fade + pages).max(0.0);
    }

    /// The time from the last response to the last page, below 0 where that is overdue, and the error it may have; in ms.
    fn left(&self) -> Option<(f64, f64)> {
        let (at, status) = self.last?;
        if status != Some(Status::Processing) || self.pages == 0.0 {
            return None;
        }
        let silence = at - self.changed;
        let pages = self.pages - self.done;
        if pages <= 0.0 {
            return Some((-silence, 0.0));
        }
        // Before the first page, two are taken to be due now: an early poll is better than a missed end.
        let each = if self.counted > 0.0 { self.time / self.counted } else { silence * 0.5 };
        let left = pages * each - UNREPORTED * silence;
        left.is_finite().then_some((left, STRAY * pages.sqrt() * each))
    }

    /// Time from the last response to the next poll, in ms, within the bounds, before jitter.
    pub fn interval(&self, bounds: Bounds) -> f64 {
        let Some((at, status)) = self.last else { return bounds.min };
        let patient = PATIENCE * (at - self.entered);
        bounds.nearest(match (status, self.left()) {
            (Some(Status::BlockedInsufficientCredits), _) => bounds.max,
            // The square root is the interval at which requests and lateness together cost least, if the end may come at
            // any time until then.
            (_, Some((left, error))) if left > 0.0 => (2.0 * WORTH * left).sqrt().max(left + TAIL - error),
            (_, Some((left, _))) => PATIENCE * -left,
            (Some(Status::Processing), None) => patient,
            // These phases pass quickly: the first poll comes early in them.
            (Some(Status::Provisioning | Status::Preflighting), None) => {
                patient.max((bounds.min * bounds.max).sqrt())
            }
            // Neither the end nor the first page is near.
            _ => patient.max(0.25 * bounds.min + 0.75 * bounds.max),
        })
    }

    /// Estimated time from the last response to the end, in ms; `None` where nothing can be said.
    pub fn eta(&self) -> Option<f64> {
        self.left().filter(|_| self.counted > 0.0).map(|(left, _)| (left + TAIL).max(0.0))
    }
}

/// A page count that makes sense.
fn count(given: Option<f64>) -> Option<f64> {
    given.filter(|count| count.is_finite() && *count >= 0.0)
}

/// The interval moved by up to 10 % either way, so that clients started together spread. Where that would leave the
/// bounds, it is put at the bound and then inside by a quarter of the excess, so that it is spread there too. `unit` is
/// from the caller's random source, in [0, 1). The result is in whole ms, as timers count, where the bounds leave one.
pub fn jittered(interval: f64, bounds: Bounds, unit: f64) -> f64 {
    let moved = bounds.nearest(interval) * (0.9 + 0.2 * unit);
    // A quarter of the excess, and not all of it: at the shortest interval, every longer one makes a poll late.
    bounds.nearest((moved + 1.25 * (bounds.nearest(moved) - moved)).round())
}

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;
