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

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;

/// The form of what follows. Another form gets another letter: a text of a version that is not known starts anew.
const VERSION: u8 = b'1';
/// The digits of the numbers, which need no escaping in a URL, in JSON or in a shell.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Digits of a checksum, and of the hash that stands for an id.
const HASH_DIGITS: usize = 8;
/// The 48 bits that so many digits hold, of a checksum or of the hash that stands for an id.
const HASH_MASK: u64 = (1 << 48) - 1;

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

/// A hash of 64 bits: FNV-1a, its bits then mixed as in MurmurHash3, so that any part of it will do.
fn hash(seed: u64, bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ seed;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ hash >> 33
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

/// One way through the numbers of a state: the same code writes and reads, so that the two cannot differ.
trait Pass {
    /// A whole number.
    fn number(&mut self, number: &mut u64);
    /// A number of so many digits.
    fn fixed(&mut self, number: &mut u64, digits: usize);
    /// Whether there was something that cannot be read.
    fn failed(&self) -> bool;

    /// A whole number in a float; below 0 it is 0.
    fn whole(&mut self, number: &mut f64) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
        let mut whole = *number as u64;
        self.number(&mut whole);
        #[allow(clippy::cast_precision_loss)] // what is above 2^53 makes no sense anyway
        let read = whole as f64;
        *number = read;
    }

    /// A whole number that may be below 0, or absent: then it is not finite.
    fn optional(&mut self, number: &mut f64) {
        let mut code = match *number {
            number if !number.is_finite() => 0.0,
            number if number < 0.0 => -2.0 * number,
            number => 2.0 * number + 1.0,
        };
        self.whole(&mut code);
        let half = (code / 2.0).floor();
        *number = if code == 0.0 {
            f64::INFINITY
        } else if code % 2.0 == 0.0 {
            -half
        } else {
            half
        };
    }

    /// A time in whole ms, as one before `from`.
    fn before(&mut self, time: &mut f64, from: f64) {
        let mut age = (from - *time).round();
        self.whole(&mut age);
        *time = from - age;
    }

    /// With the precision of 32 bits.
    fn float(&mut self, number: &mut f64) {
        #[allow(clippy::cast_possible_truncation)] // seven digits are enough for a rate
        let mut bits = u64::from((*number as f32).to_bits().swap_bytes());
        self.number(&mut bits);
        #[allow(clippy::cast_possible_truncation)] // were written from 32 bits
        let bits = bits as u32;
        *number = f64::from(f32::from_bits(bits.swap_bytes()));
    }
}

struct Writer(String);

impl Writer {
    fn digit(&mut self, bits: u64) {
        #[allow(clippy::cast_possible_truncation)] // six bits
        let digit = DIGITS.get((bits & 63) as usize);
        self.0.push(char::from(*digit.unwrap_or(&VERSION)));
    }
}

impl Pass for Writer {
    fn failed(&self) -> bool {
        false
    }

    /// Five bits a digit, the lowest first; the sixth says that more follow.
    fn number(&mut self, number: &mut u64) {
        let mut rest = *number;
        while rest > 31 {
            self.digit(rest & 31 | 32);
            rest >>= 5;
        }
        self.digit(rest);
    }

    fn fixed(&mut self, number: &mut u64, digits: usize) {
        let mut rest = *number;
        for _ in 0..digits {
            self.digit(rest);
            rest >>= 6;
        }
    }
}

/// The digits that are still to be read; `None` once something was no number of a state.
struct Reader<'a>(Option<&'a [u8]>);

impl Reader<'_> {
    fn digit(&mut self) -> u64 {
        let digit = self.0.and_then(|text| {
            let (first, rest) = text.split_first()?;
            Some((DIGITS.iter().position(|digit| digit == first)?, rest))
        });
        self.0 = digit.map(|(_, rest)| rest);
        digit.map_or(0, |(digit, _)| digit as u64)
    }
}

impl Pass for Reader<'_> {
    fn failed(&self) -> bool {
        self.0.is_none()
    }

    fn number(&mut self, number: &mut u64) {
        *number = 0;
        let mut shift = 0;
        loop {
            let digit = self.digit();
            *number |= (digit & 31) << shift;
            if digit < 32 {
                return;
            }
            shift += 5;
            if shift > 60 {
                // Longer than any number that was written.
                self.0 = None;
                return;
            }
        }
    }

    fn fixed(&mut self, number: &mut u64, digits: usize) {
        *number = 0;
        for place in 0..digits {
            *number |= self.digit() << (6 * place);
        }
    }
}

fn pass_progress(pass: &mut dyn Pass, progress: &mut WaitProgress) {
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
fn pass_job(pass: &mut dyn Pass, job: &mut KnownJob, last: f64) {
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

fn pass_project(pass: &mut dyn Pass, project: &mut KnownProject, last: f64) {
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

/// Passes each item of a list. To be read into, the list is first filled with as many empty items as were written.
fn pass_each<T: Default>(
    pass: &mut dyn Pass,
    items: &mut Vec<T>,
    count: u64,
    each: &mut dyn FnMut(&mut dyn Pass, &mut T),
) {
    for place in 0..count {
        if pass.failed() {
            return;
        }
        if items.len() as u64 <= place {
            items.push(T::default());
        }
        if let Some(item) = usize::try_from(place).ok().and_then(|place| items.get_mut(place)) {
            each(pass, item);
        }
    }
}

/// A text with its checksum; that of another kind of state or of another id does not fit.
fn write(kind: u64, id: &str, pass: &mut dyn FnMut(&mut dyn Pass)) -> String {
    let mut writer = Writer(String::from(char::from(VERSION)));
    pass(&mut writer);
    let mut sum = checksum(kind, id, writer.0.as_bytes());
    writer.fixed(&mut sum, HASH_DIGITS);
    writer.0
}

fn read(kind: u64, id: &str, text: &str, pass: &mut dyn FnMut(&mut dyn Pass)) -> Option<()> {
    let (text, sum) = text.as_bytes().split_at_checked(text.len().checked_sub(HASH_DIGITS)?)?;
    let mut written = 0;
    let mut reader = Reader(Some(sum));
    reader.fixed(&mut written, HASH_DIGITS);
    if reader.0.is_none() || written != checksum(kind, id, text) {
        return None;
    }
    let mut reader = Reader(Some(text.strip_prefix(&[VERSION])?));
    pass(&mut reader);
    reader.0.filter(|rest| rest.is_empty()).map(|_| ())
}

fn checksum(kind: u64, id: &str, text: &[u8]) -> u64 {
    hash(hash(kind, id.as_bytes()), text) & HASH_MASK
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

    fn pass(&mut self, pass: &mut dyn Pass) {
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

    fn pass(&mut self, pass: &mut dyn Pass) {
        pass_progress(pass, &mut self.progress);
        pass_project(pass, &mut self.project, self.progress.last);
    }

    fn shift(&mut self, ms: f64) {
        self.progress.shift(ms);
        self.project.shift(ms);
    }
}
