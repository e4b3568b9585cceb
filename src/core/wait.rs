//! One wait as a state machine: what happened in, when to poll next or how it ended out. No clock, no I/O.

use super::error::{Error, whole};
use super::history::progress;
use super::job::JobSnapshot;
use super::schedule::{Bounds, Observation, Schedule, jittered};
use super::status::Status;

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;

/// How long before its deadline a wait polls for the last time, in ms, so that there is time for a response. It is at
/// most half of the shortest interval and half of the whole wait. Where the floor does not allow a poll by then, the
/// last one comes as soon as the floor does, if that is before the deadline.
pub const LAST_POLL_LEAD: f64 = 1_000.0;

/// The interval from a response to the next poll.
#[derive(Clone, Copy, Debug)]
pub enum PollInterval {
    /// Exactly so many ms.
    Fixed(f64),
    /// What the job's progress suggests, within these bounds.
    Adaptive(Bounds),
}

/// The documented floor between two polls, in ms. Source: Plangrep Open API, "Polling".
pub const DEFAULT_POLL_FLOOR: f64 = 5_000.0;

/// The bounds of an adaptive interval, in ms, where none are given.
pub const DEFAULT_BOUNDS: Bounds = Bounds { min: 10_000.0, max: 30_000.0 };

impl PollInterval {
    /// The interval that the options `intervalMs`, `minIntervalMs` and `maxIntervalMs` make, or the one of them that
    /// is at fault and why. A bound given alone moves the other where they would cross.
    pub fn new(
        interval: Option<f64>,
        min: Option<f64>,
        max: Option<f64>,
        floor: f64,
    ) -> Result<Self, (&'static str, String)> {
        for (name, given) in [("intervalMs", interval), ("minIntervalMs", min), ("maxIntervalMs", max)] {
            if given.is_some_and(|given| given < floor) {
                return Err((name, ["must not be below pollFloorMs, which is ", &whole(floor)].concat()));
            }
        }
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            return Err(("minIntervalMs", "must not be above maxIntervalMs".to_owned()));
        }
        if let Some(interval) = interval {
            return Ok(Self::Fixed(interval));
        }
        let default = Bounds { min: DEFAULT_BOUNDS.min.max(floor), max: DEFAULT_BOUNDS.max.max(floor) };
        Ok(Self::Adaptive(match (min, max) {
            (Some(min), Some(max)) => Bounds { min, max },
            (Some(min), None) => Bounds { min, max: default.max.max(min) },
            (None, Some(max)) => Bounds { min: default.min.min(max), max },
            (None, None) => default,
        }))
    }

    /// The shortest interval, in ms.
    fn shortest(self) -> f64 {
        match self {
            Self::Fixed(interval) => interval,
            Self::Adaptive(bounds) => bounds.min,
        }
    }
}

/// The options of a wait, checked and with their defaults.
#[derive(Clone, Copy, Debug)]
pub struct WaitConfig {
    /// When to poll.
    pub poll_interval: PollInterval,
    /// The shortest time between two polls, in ms.
    pub floor: f64,
    /// Before the first poll, in ms.
    pub initial_delay: f64,
    /// When to give up, in ms from the start; infinity for never.
    pub max_wait: f64,
    /// Failed polls in a row that it survives.
    pub max_poll_errors: u32,
    /// A job that waits for credits ends it.
    pub throw_on_blocked: bool,
}

/// How an observation ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The job will not change any more.
    Terminal,
    /// The job is blocked, and the caller wants to know.
    Blocked,
}

/// How far a wait has come: what of it another process needs to take it up. Times in ms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaitProgress {
    /// When it started.
    pub started: f64,
    /// When its last poll ended; when it started, before the first.
    pub last: f64,
    /// No poll is made before this moment, since a Retry-After said so.
    pub not_before: f64,
    /// Polls made, failed ones included.
    pub polls: u32,
    /// Failed polls since the last good one.
    pub errors: u32,
    /// A server has responded, with success or without.
    pub reached: bool,
}

impl WaitProgress {
    /// Of a wait that starts now.
    pub fn new(now: f64) -> Self {
        Self { started: now, last: now, not_before: now, polls: 0, errors: 0, reached: false }
    }

    /// On another clock, which is ahead by so many ms.
    pub fn shift(&mut self, ms: f64) {
        self.started += ms;
        self.last += ms;
        self.not_before += ms;
    }
}

/// A wait for something that is polled: the part that is the same for one job and for a project.
#[derive(Clone, Debug)]
pub struct Wait {
    config: WaitConfig,
    progress: WaitProgress,
    /// When the next poll is due; infinity: never again.
    due: f64,
}

impl Wait {
    /// A wait that starts now.
    pub fn new(config: WaitConfig, now: f64) -> Self {
        let mut wait = Self { config, progress: WaitProgress::new(now), due: now };
        // Where the first poll was to come later than the end, one is made nevertheless.
        wait.due = (now + config.initial_delay).min(wait.last_moment());
        wait
    }

    /// A wait that goes on where another one stopped: its next poll is due when these options have it due after the
    /// poll that was the last. `unit` and `interval` are as for [`Self::responded`].
    pub fn resume(
        config: WaitConfig,
        progress: WaitProgress,
        unit: f64,
        interval: &dyn Fn(Bounds) -> f64,
    ) -> Self {
        let mut wait = Self::new(config, progress.started);
        wait.progress = progress;
        if progress.polls > 0 {
            wait.set_due(unit, interval);
        }
        wait
    }

    /// How far it has come.
    pub fn progress(&self) -> &WaitProgress {
        &self.progress
    }

    /// When the floor and the server's Retry-After allow the next poll; the past, before the first one.
    pub fn allowed(&self) -> f64 {
        let WaitProgress { last, not_before, polls, .. } = self.progress;
        if polls == 0 { f64::NEG_INFINITY } else { (last + self.config.floor).max(not_before) }
    }

    /// Something happened that makes a poll worth while: it is due as soon as one is allowed.
    pub fn nudge(&mut self, now: f64) {
        let soon = self.allowed().max(now);
        if soon < self.deadline() {
            self.due = self.due.min(soon);
        }
    }

    /// When it gives up.
    pub fn deadline(&self) -> f64 {
        self.progress.started + self.config.max_wait
    }

    /// When to poll for the last time.
    fn last_moment(&self) -> f64 {
        let lead =
            LAST_POLL_LEAD.min(self.config.poll_interval.shortest() / 2.0).min(self.config.max_wait / 2.0);
        self.deadline() - lead
    }

    /// When the next poll is due; infinity: never again.
    pub fn due(&self) -> f64 {
        self.due
    }

    /// When it started.
    pub fn started(&self) -> f64 {
        self.progress.started
    }

    /// Polls made, failed ones included.
    pub fn polls(&self) -> u32 {
        self.progress.polls
    }

    /// It turns out to have started at `now`, before its first poll.
    pub fn begins(&mut self, now: f64) {
        self.progress.started = now;
    }

    /// Its options.
    pub fn config(&self) -> &WaitConfig {
        &self.config
    }

    /// A poll had a response. `interval` is what the observations suggest within the bounds given to it;
    /// `unit` is random in [0, 1).
    pub fn responded(
        &mut self,
        now: f64,
        retry_after: Option<f64>,
        unit: f64,
        interval: &dyn Fn(Bounds) -> f64,
    ) {
        self.progress.errors = 0;
        self.progress.reached = true;
        self.poll_ended(now, retry_after, unit, interval);
    }

    /// A poll failed. Gives whether the wait ends with that.
    pub fn failed(&mut self, now: f64, error: &Error, unit: f64, interval: &dyn Fn(Bounds) -> f64) -> bool {
        self.progress.errors = self.progress.errors.saturating_add(1);
        self.progress.reached |= error.is_response();
        self.poll_ended(now, error.kind().retry_after(), unit, interval);
        !error.is_survivable()
            || error.is_unreachable() && !self.progress.reached
            || self.progress.errors > self.config.max_poll_errors
    }

    fn poll_ended(
        &mut self,
        now: f64,
        retry_after: Option<f64>,
        unit: f64,
        interval: &dyn Fn(Bounds) -> f64,
    ) {
        let progress = &mut self.progress;
        progress.polls = progress.polls.saturating_add(1);
        progress.last = now;
        progress.not_before = progress.not_before.max(now + retry_after.unwrap_or(0.0));
        self.set_due(unit, interval);
    }

    /// Plans the poll after the last one.
    fn set_due(&mut self, unit: f64, interval: &dyn Fn(Bounds) -> f64) {
        let interval = match self.config.poll_interval {
            PollInterval::Fixed(interval) => interval,
            PollInterval::Adaptive(bounds) => jittered(interval(bounds), bounds, unit),
        };
        let WaitProgress { last: now, not_before, .. } = self.progress;
        let (next, last) = ((now + interval).max(not_before), self.last_moment());
        let late = last.max(self.allowed());
        self.due = if next <= last {
            next
        } else if now < last && late < self.deadline() {
            late
        } else {
            // A response that came in this last moment was that of the last poll.
            f64::INFINITY
        };
    }

    /// Its end cuts off the poll that is in flight: whoever goes on from here keeps the floor from that too.
    pub fn cut(&mut self, now: f64) {
        self.progress.not_before = self.progress.not_before.max(now + self.config.floor);
    }

    /// A response had a part of what the wait is about: it counts as a poll, and the next one is due as before.
    pub fn partial_response(&mut self) {
        self.progress.polls = self.progress.polls.saturating_add(1);
        self.progress.errors = 0;
    }

    /// Moves the next poll by so many ms, but not beyond the moment of the last one.
    pub fn postpone(&mut self, ms: f64) {
        self.due = self.due.max((self.due + ms).min(self.last_moment()));
    }

    /// The machine slept for so many ms while this clock stood still: the next poll is due that much earlier.
    pub fn slept(&mut self, ms: f64) {
        self.due -= ms;
        self.progress.last -= ms;
        self.progress.not_before -= ms;
    }
}

/// What is known of one job through polls.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WatchedJob {
    pub(super) known: Option<JobSnapshot>,
    /// When that came.
    pub(super) at: f64,
    pub(super) schedule: Schedule,
}

impl WatchedJob {
    /// Takes in a response that came at `now`, in ms; false: it is older than what is known and changes nothing.
    pub fn observe(&mut self, now: f64, snapshot: &JobSnapshot) -> bool {
        if self.known.is_some_and(|known| !snapshot.supersedes(&known)) {
            return false;
        }
        self.known = Some(*snapshot);
        self.at = now;
        self.schedule.observe(&Observation {
            at: now,
            server: snapshot.updated,
            status: snapshot.status,
            pages: snapshot.pages,
            done: snapshot.done,
        });
        true
    }

    /// On another clock, which is ahead by so many ms.
    pub fn shift(&mut self, ms: f64) {
        self.at += ms;
        self.schedule.shift(ms);
    }

    /// How long until the next poll, in ms, by what was observed.
    pub fn interval(&self, bounds: Bounds) -> f64 {
        self.schedule.interval(bounds)
    }

    /// Estimated time to the end, in ms from `now`.
    pub fn eta(&self, now: f64) -> Option<f64> {
        self.schedule.eta().map(|eta| (eta - (now - self.at)).max(0.0))
    }

    /// Whether the job is known not to change any more.
    pub fn terminal(&self) -> bool {
        self.known.is_some_and(|known| known.terminal())
    }

    /// Successful pages over all pages, by what is known.
    pub fn share(&self) -> Option<f64> {
        self.known.and_then(|known| progress(known.pages, known.done))
    }

    /// How what is known of the job ends a wait with these options; `None`: it does not.
    pub fn end(&self, config: &WaitConfig) -> Option<End> {
        let known = self.known?;
        if known.terminal() {
            Some(End::Terminal)
        } else if config.throw_on_blocked && known.status == Some(Status::BlockedInsufficientCredits) {
            Some(End::Blocked)
        } else {
            None
        }
    }
}
