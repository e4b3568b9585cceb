//! What is known of a project from the lists before: its active jobs, and whose end was reported.
//!
//! The history of a project only grows, so it is not kept: a job that ended is distinguished from a new one by a
//! watermark, the newest `updatedAt` seen.

use super::coordinator::{Index, ListedJob};
use super::schedule::Bounds;
use super::state::{KnownJob, hash_id};

#[cfg(test)]
mod tests;

/// How far the clocks of the servers behind an API may differ, in ms: a job this much older than the watermark may
/// still be new.
const CLOCK_SKEW: f64 = 10_000.0;
/// How long a job that lists lack is remembered, in ms: one that comes back is not reported as new.
const ABSENCE: f64 = 3_600_000.0;

/// What was reported of a project.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownProject {
    /// The newest `updatedAt` that was seen, in Unix ms; not finite before the first.
    pub watermark: f64,
    /// The active jobs, by the hashes of their ids.
    pub active: Vec<(u64, KnownJob)>,
    /// Ended jobs that were reported and are hardly older than the watermark: the hashes of their ids, and their
    /// `updatedAt` in Unix ms.
    pub ended: Vec<(u64, f64)>,
    /// How many of the active jobs the last list had; the others come after them.
    pub listed: usize,
}

impl Default for KnownProject {
    fn default() -> Self {
        Self { watermark: f64::NEG_INFINITY, active: Vec::new(), ended: Vec::new(), listed: 0 }
    }
}

impl KnownProject {
    /// Takes in a list that came at `now`; `by_id` is the index of it. Gives the places of those that are new or differ from
    /// before.
    pub fn observe(&mut self, list: &[impl ListedJob], by_id: &Index, now: f64) -> Vec<usize> {
        let before = std::mem::take(&mut self.active);
        let ids = Index::of_hashes(before.len(), &|place| Some(before.get(place)?.0));
        let ended = Index::of_hashes(self.ended.len(), &|place| Some(self.ended.get(place)?.0));
        let mut absent = vec![true; before.len()];
        // Infinite before the first list: everything is new then.
        let known_since = self.watermark - CLOCK_SKEW;
        let mut changed = Vec::new();
        for (place, listed) in list.iter().enumerate() {
            let (id, snapshot) = (hash_id(listed.id()), listed.snapshot());
            // Each end is told once, also of a list that has a job twice.
            if by_id.find(id) != Some(place) {
                continue;
            }
            let updated = snapshot.updated.unwrap_or(f64::NEG_INFINITY);
            let known = ids.find(id).and_then(|at| {
                *absent.get_mut(at)? = false;
                before.get(at)
            });
            // A list may be older than the one before: a job that ended then is not active again.
            let new = updated >= known_since && ended.find(id).is_none()
                || snapshot.updated.is_none() && !snapshot.terminal();
            let mut job = match known {
                Some((_, job)) => *job,
                None if new => KnownJob::default(),
                None => continue,
            };
            let (_, differs) = job.observe(now, snapshot, &|| listed.hash());
            if differs {
                changed.push(place);
            }
            self.watermark = self.watermark.max(updated);
            if !job.watched.terminal() {
                self.active.push((id, job));
            } else if differs {
                self.ended.push((id, updated));
            }
        }
        self.listed = self.active.len();
        for ((id, job), absent) in before.iter().zip(absent) {
            if absent && now - job.watched.at < ABSENCE {
                self.active.push((*id, *job));
            }
        }
        let oldest = self.watermark - CLOCK_SKEW;
        self.ended.retain(|(_, updated)| *updated >= oldest);
        changed
    }

    /// On another clock, which is ahead by so many ms.
    pub fn shift(&mut self, ms: f64) {
        for (_, job) in &mut self.active {
            job.watched.shift(ms);
        }
    }

    /// How long until the next poll, in ms, by what was observed of the active jobs.
    pub fn interval(&self, bounds: Bounds) -> f64 {
        let mut shortest = bounds.max;
        for (_, job) in self.active.iter().take(self.listed) {
            shortest = shortest.min(job.watched.interval(bounds));
        }
        shortest
    }
}
