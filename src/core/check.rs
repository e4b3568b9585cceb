//! One poll of a wait that lives in a text: the text in, whether to poll, what the poll says, and the next text out.
//!
//! The same [`Wait`], [`WatchedJob`](super::wait::WatchedJob) and schedule as those of a wait in one process: how a
//! history is divided among processes makes no difference to it.

use super::coordinator::{Index, ListedJob};
use super::error::Error;
use super::known::KnownProject;
use super::schedule::Bounds;
use super::state::{JobState, KnownJob, ProjectState};
use super::wait::{Wait, WaitConfig, WaitProgress};

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;

/// What is polled, and what is known of it.
#[derive(Debug)]
enum Known {
    Job(KnownJob),
    Project(KnownProject),
}

/// A wait that was taken up for one poll. All times are the wall clock's.
#[derive(Debug)]
pub struct Check {
    id: String,
    known: Known,
    wait: Wait,
    /// Over a project: whether it ends with the last active job.
    stop_when_idle: bool,
    /// What is known came with this poll, and not with an earlier one.
    fresh: bool,
}

/// How a check's wait goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// The next poll is due in so many ms, a whole number.
    Next(f64),
    /// It is over: the job is terminal, the project idle, or the error that there was ends it.
    Over,
    /// It is over: no poll is due before its deadline.
    Expired,
}

impl Check {
    /// Takes up a wait for a job. A state that cannot be read starts anew.
    pub fn job(id: &str, state: Option<&str>, config: WaitConfig, now: f64) -> Self {
        let state = state.and_then(|text| JobState::read(text, id, now, now));
        let state = state.unwrap_or(JobState { progress: WaitProgress::new(now), job: KnownJob::default() });
        Self::new(id, Known::Job(state.job), config, state.progress)
    }

    /// Takes up a watch of a project.
    pub fn project(
        id: &str,
        state: Option<&str>,
        config: WaitConfig,
        stop_when_idle: bool,
        now: f64,
    ) -> Self {
        let state = state.and_then(|text| ProjectState::read(text, id, now, now));
        let state = state.unwrap_or_else(|| ProjectState {
            progress: WaitProgress::new(now),
            project: KnownProject::default(),
        });
        let check = Self::new(id, Known::Project(state.project), config, state.progress);
        Self { stop_when_idle, ..check }
    }

    fn new(id: &str, known: Known, config: WaitConfig, progress: WaitProgress) -> Self {
        // The caller decides when to poll, within the floor: no due time is read before a poll has set one anew, so
        // chance and interval may be anything here.
        let wait = Wait::resume(config, progress, 0.5, &|bounds| bounds.min);
        Self { id: id.to_owned(), known, wait, stop_when_idle: false, fresh: false }
    }

    /// The first check of a chain turns out to have been made at `now`.
    pub fn begins(&mut self, now: f64) {
        self.wait.begins(now);
    }

    /// How long it is too early to poll, in whole ms; `None`: it is not.
    pub fn too_early(&self, now: f64) -> Option<f64> {
        let left = (self.wait.allowed() - now).ceil();
        (left > 0.0).then_some(left)
    }

    /// Get Job had a response. Gives whether that is as new as what is known, and whether the job changed. `unit` is
    /// random in [0, 1).
    pub fn job_received(
        &mut self,
        listed: &impl ListedJob,
        retry_after: Option<f64>,
        unit: f64,
        now: f64,
    ) -> (bool, bool) {
        let Known::Job(job) = &mut self.known else { return (false, false) };
        let seen = job.observe(now, listed.snapshot(), &|| listed.hash());
        self.fresh = seen.0;
        self.responded(retry_after, unit, now);
        seen
    }

    /// List Jobs had a response. Gives the places of those that are new or differ from before.
    pub fn list_received(
        &mut self,
        list: &[impl ListedJob],
        retry_after: Option<f64>,
        unit: f64,
        now: f64,
    ) -> Vec<usize> {
        let Known::Project(project) = &mut self.known else { return Vec::new() };
        let changed = project.observe(list, &Index::of_list(list), now);
        self.fresh = true;
        self.responded(retry_after, unit, now);
        changed
    }

    fn responded(&mut self, retry_after: Option<f64>, unit: f64, now: f64) {
        let Self { known, wait, .. } = self;
        wait.responded(now, retry_after, unit, &|bounds| known.interval(bounds));
    }

    /// The poll failed; true: the wait does not survive it.
    pub fn failed(&mut self, error: &Error, unit: f64, now: f64) -> bool {
        let Self { known, wait, .. } = self;
        wait.failed(now, error, unit, &|bounds| known.interval(bounds))
    }

    /// How it goes on after a poll.
    pub fn verdict(&self, now: f64) -> Verdict {
        let over = match &self.known {
            Known::Job(job) => job.watched.terminal(),
            Known::Project(project) => self.stop_when_idle && project.listed == 0,
        };
        if over && self.fresh {
            Verdict::Over
        } else if self.wait.due().is_finite() {
            Verdict::Next((self.wait.due() - now).ceil().max(0.0))
        } else {
            Verdict::Expired
        }
    }

    /// Whether a project is polled, and not one job.
    pub fn is_project(&self) -> bool {
        matches!(self.known, Known::Project(_))
    }

    /// Polls of the whole chain, failed ones included.
    pub fn polls(&self) -> u32 {
        self.wait.polls()
    }

    /// Since the first check of the chain, in ms.
    pub fn elapsed(&self, now: f64) -> f64 {
        (now - self.wait.started()).max(0.0)
    }

    /// Successful pages over all pages of the job, as far as is known.
    pub fn progress(&self) -> Option<f64> {
        match &self.known {
            Known::Job(job) => job.watched.share(),
            Known::Project(_) => None,
        }
    }

    /// Estimated time to the end of the job, in ms.
    pub fn eta(&self, now: f64) -> Option<f64> {
        match &self.known {
            Known::Job(job) => job.watched.eta(now),
            Known::Project(_) => None,
        }
    }

    /// The state for the next check.
    pub fn state(&self, now: f64) -> String {
        let progress = *self.wait.progress();
        match &self.known {
            Known::Job(job) => JobState { progress, job: *job }.write(&self.id, now, now),
            Known::Project(project) => {
                ProjectState { progress, project: project.clone() }.write(&self.id, now, now)
            }
        }
    }
}

impl Known {
    fn interval(&self, bounds: Bounds) -> f64 {
        match self {
            Self::Job(job) => job.watched.interval(bounds),
            Self::Project(project) => project.interval(bounds),
        }
    }
}
