//! A wait as text, which any process may take up: what is known of it, and no more.
//!
//! The text is a version, numbers in digits of base 64 and a checksum. All times in it are relative to the last poll,
//! which alone is an instant of the wall clock: machines differ in their clocks, and a clock that is behind must not
//! make a wait stand still. What cannot be read is as if absent: a wait that starts anew costs one poll, one that
//! throws is lost.

use super::job::JobSnapshot;
use super::known::KnownProject;
use super::schedule::Schedule;
use super::status::Status;
use super::wait::{WaitProgress, WatchedJob};
use text::{HASH_DIGITS, HASH_MASK, Pass, hash, pass_each, read, write};

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;
mod text;

/// A job, and what of it was last reported.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KnownJob {
    /// What its polls have shown.
    pub watched: WatchedJob,
    /// A hash of the whole job as it was last seen, by which a change is recognised; 0 before the first response.
    pub hash: u32,
}

/// A wait for one job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JobState {
    /// How far the wait has come.
    pub progress: WaitProgress,
    /// What is known of the job.
    pub job: KnownJob,
}

impl KnownJob {
    /// Takes in a response that came at `now`, in ms; `hash` is that of the whole job. Gives whether it is as new as
    /// what is known, and whether the job changed.
    pub fn observe(&mut self, now: f64, snapshot: &JobSnapshot, hash: &dyn Fn() -> u32) -> (bool, bool) {
        let first = self.watched.known.is_none();
        if !self.watched.observe(now, snapshot) {
            return (false, false);
        }
        let before = self.hash;
        self.hash = hash();
        (true, first || before != self.hash)
    }
}

/// A watch of a project.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectState {
    /// How far the watch has come.
    pub progress: WaitProgress,
    /// What is known of the project.
    pub project: KnownProject,
}

/// The hash that stands for an id in a state.
pub fn hash_id(id: &str) -> u64 {
    hash(0, id.as_bytes()) & HASH_MASK
}

/// The hash that stands for a job in a state. `text` is all of the job; of a terminal one, whose link may be signed anew in
/// each response, the snapshot is enough.
pub fn hash_job(snapshot: &JobSnapshot, text: &dyn Fn() -> String) -> u32 {
    let mut sum = 0;
    if snapshot.terminal() {
        for number in [snapshot.updated, snapshot.pages, snapshot.done] {
            sum = hash(sum, &number.unwrap_or(-1.0).to_bits().to_le_bytes());
        }
    } else {
        sum = hash(0, text().as_bytes());
    }
    #[allow(clippy::cast_possible_truncation)] // any part will do
    let hash = sum as u32;
    hash
}

fn pass_progress(pass: &mut Pass, progress: &mut WaitProgress) {
    pass.whole(&mut progress.last);
    pass.before(&mut progress.started, progress.last);
    let mut polls = u64::from(progress.polls);
    pass.number(&mut polls);
    progress.polls = u32::try_from(polls).unwrap_or(u32::MAX);
    // The lowest bit is 1 as long as no server has responded.
    let mut errors = u64::from(progress.errors) * 2 + u64::from(!progress.reached);
    pass.number(&mut errors);
    progress.errors = u32::try_from(errors / 2).unwrap_or(u32::MAX);
    progress.reached = errors % 2 == 0;
    // Kept as a length, and not as a moment: a clock that is behind cannot make it longer.
    let mut retry_after = (progress.not_before - progress.last).ceil();
    pass.whole(&mut retry_after);
    progress.not_before = progress.last + retry_after;
}

/// What is known of a job; `last` is when the last poll ended.
fn pass_job(pass: &mut Pass, job: &mut KnownJob, last: f64) {
    let KnownJob { watched: WatchedJob { known, at, schedule }, hash } = job;
    let Schedule { last: seen, entered, changed, offset, pages, done, time, counted } = schedule;
    // 0: nothing is known; 1: a status that the documentation does not list; then the listed ones in their order.
    let mut code = known.map_or(0, |known| known.status.map_or(1, |status| status as u64 + 2));
    pass.number(&mut code);
    if code == 0 {
        *job = KnownJob::default();
        return;
    }
    let status = code.checked_sub(2).and_then(Status::numbered);
    pass.before(at, last);
    // Rounded down, so that the same instant in a later response does not count as older.
    let mut updated = known.and_then(|known| known.updated).map_or(f64::INFINITY, f64::floor);
    // 0: it cannot be read.
    let mut age = if updated.is_finite() { last - updated } else { f64::INFINITY };
    pass.optional(&mut age);
    updated = last - age;
    let mut delay = offset.unwrap_or(f64::INFINITY).round();
    pass.optional(&mut delay);
    *offset = Some(delay).filter(|delay| delay.is_finite());
    pass.before(entered, *at);
    pass.before(changed, *at);
    pass.whole(pages);
    pass.whole(done);
    pass.float(time);
    pass.float(counted);
    let mut number = u64::from(*hash);
    pass.fixed(&mut number, 6);
    #[allow(clippy::cast_possible_truncation)] // was written from 32 bits
    let number = number as u32;
    *hash = number;
    *seen = Some((*at, status));
    *known = Some(JobSnapshot {
        status,
        updated: Some(updated).filter(|updated| updated.is_finite()),
        pages: Some(*pages),
        done: Some(*done),
    });
}

fn pass_project(pass: &mut Pass, project: &mut KnownProject, last: f64) {
    let KnownProject { watermark, active, ended, listed } = project;
    // The age is rounded down, and so the watermark up: the same instant in a later response does not count as newer.
    let mut age = (last - *watermark).floor();
    pass.optional(&mut age);
    *watermark = last - age;
    let mut count = ended.len() as u64;
    pass.number(&mut count);
    pass_each(pass, ended, count, &mut |pass, (id, updated)| {
        pass.fixed(id, HASH_DIGITS);
        pass.before(updated, *watermark);
    });
    let mut count = active.len() as u64;
    pass.number(&mut count);
    pass_each(pass, active, count, &mut |pass, (id, job)| {
        pass.fixed(id, HASH_DIGITS);
        pass_job(pass, job, last);
    });
    *listed = active.len();
}

/// By how many ms to move the times of a state from the wall clock that it was written by to the clock of the reader,
/// which shows `now` where the wall clock shows `wall`. `last` is the latest of them; where the writer's clock was
/// ahead, it is moved to the present, since nothing that has happened lies in the future.
fn shift(last: f64, wall: f64, now: f64) -> f64 {
    now - wall + (wall - last).min(0.0)
}

impl JobState {
    /// As text. `wall` is the wall clock's time, in Unix ms, at the moment that is `now` here.
    pub fn write(mut self, id: &str, wall: f64, now: f64) -> String {
        self.shift(wall - now);
        write(0, id, &mut |pass| self.pass(pass))
    }

    /// Out of a text; `None`: it is damaged, of another version or about another job.
    pub fn read(text: &str, id: &str, wall: f64, now: f64) -> Option<Self> {
        let mut state = Self { progress: WaitProgress::new(0.0), job: KnownJob::default() };
        read(0, id, text, &mut |pass| state.pass(pass))?;
        state.shift(shift(state.progress.last, wall, now));
        Some(state)
    }

    fn pass(&mut self, pass: &mut Pass) {
        pass_progress(pass, &mut self.progress);
        pass_job(pass, &mut self.job, self.progress.last);
    }

    fn shift(&mut self, ms: f64) {
        self.progress.shift(ms);
        self.job.watched.shift(ms);
    }
}

impl ProjectState {
    /// As [`JobState::write`].
    pub fn write(mut self, id: &str, wall: f64, now: f64) -> String {
        self.shift(wall - now);
        write(1, id, &mut |pass| self.pass(pass))
    }

    /// As [`JobState::read`].
    pub fn read(text: &str, id: &str, wall: f64, now: f64) -> Option<Self> {
        let mut state = Self { progress: WaitProgress::new(0.0), project: KnownProject::default() };
        read(1, id, text, &mut |pass| state.pass(pass))?;
        state.shift(shift(state.progress.last, wall, now));
        Some(state)
    }

    fn pass(&mut self, pass: &mut Pass) {
        pass_progress(pass, &mut self.progress);
        pass_project(pass, &mut self.project, self.progress.last);
    }

    fn shift(&mut self, ms: f64) {
        self.progress.shift(ms);
        self.project.shift(ms);
    }
}
