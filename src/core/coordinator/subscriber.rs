//! One wait or watch in the coordinator.

use super::{Index, ListedJob, Notification, Outcome, RequestId, Resumable, SubscriberId};
use crate::core::job::JobSnapshot;
use crate::core::retry::RetryPolicy;
use crate::core::schedule::Bounds;
use crate::core::state::{KnownJob, hash_id};
use crate::core::wait::{PollInterval, Wait, WatchedJob};
use std::rc::Rc;

#[derive(Debug)]
pub enum SubscriberState {
    Job {
        job: usize,
        watched: WatchedJob,
    },
    Project {
        project: usize,
        /// Its active jobs, by id.
        jobs: Vec<(Rc<str>, WatchedJob)>,
        /// Those of the watch that it goes on from, by the hashes of their ids, until the first list.
        resumed: Vec<(u64, KnownJob)>,
    },
}

#[derive(Debug)]
pub struct Subscriber {
    pub state: SubscriberState,
    pub wait: Wait,
    pub retry_policy: RetryPolicy,
    /// Its place among the subscribers of its job or project.
    pub at: usize,
    /// A watch polls only while somebody awaits its next value.
    pub listening: bool,
    pub in_flight: Option<RequestId>,
    /// When a poll last failed for want of a network, in ms: it does not count.
    pub lost: f64,
    /// Its time is over, and the poll that was overdue too is made first.
    pub overdue: bool,
}

impl SubscriberState {
    pub fn interval(&self, bounds: Bounds) -> f64 {
        match self {
            Self::Job { watched, .. } => watched.interval(bounds),
            Self::Project { jobs, resumed, .. } => {
                let mut shortest = bounds.max;
                for (_, job) in jobs {
                    shortest = shortest.min(job.interval(bounds));
                }
                for (_, job) in resumed {
                    shortest = shortest.min(job.watched.interval(bounds));
                }
                shortest
            }
        }
    }
}

impl Subscriber {
    /// Whether it would take a response now.
    pub fn is_idle(&self) -> bool {
        self.listening && self.in_flight.is_none()
    }

    /// The bounds of its interval: one that is fixed has no choice.
    pub fn bounds(&self) -> Bounds {
        match self.wait.config().poll_interval {
            PollInterval::Fixed(interval) => Bounds { min: interval, max: interval },
            PollInterval::Adaptive(bounds) => bounds,
        }
    }

    pub fn observe(
        &mut self,
        index: usize,
        snapshot: &JobSnapshot,
        retry_after: Option<f64>,
        unit: f64,
        now: f64,
    ) -> Option<Outcome> {
        let SubscriberState::Job { watched, .. } = &mut self.state else { return None };
        let fresh = watched.observe(now, snapshot);
        let end = watched.end(self.wait.config());
        self.wait.responded(now, retry_after, unit, &|bounds| watched.interval(bounds));
        Some(Outcome::Job { index, fresh, end })
    }

    /// A list of its project came.
    pub fn observe_all(&mut self, by_id: &Index, list: &[impl ListedJob], now: f64) {
        let SubscriberState::Project { jobs, resumed, .. } = &mut self.state else { return };
        let (before, resumed) = (std::mem::take(jobs), std::mem::take(resumed));
        for (_, index) in &by_id.0 {
            let Some(listed) = list.get(*index) else { continue };
            if listed.snapshot().terminal() {
                continue;
            }
            let known = before.binary_search_by(|(other, _)| other.cmp(listed.id())).ok();
            let known = known.and_then(|at| before.get(at)).map(|(_, job)| *job);
            let mut job = known
                .or_else(|| {
                    if resumed.is_empty() {
                        return None;
                    }
                    let hash = hash_id(listed.id());
                    resumed.iter().find(|(other, _)| *other == hash).map(|(_, job)| job.watched)
                })
                .unwrap_or_default();
            job.observe(now, listed.snapshot());
            jobs.push((listed.id().clone(), job));
        }
    }

    /// One active job of its project came by itself. Gives the interval to its next poll, infinity after its end;
    /// `None`: it says nothing new.
    pub fn observe_one(&mut self, id: &str, snapshot: &JobSnapshot, now: f64) -> Option<f64> {
        let bounds = self.bounds();
        let SubscriberState::Project { jobs, .. } = &mut self.state else { return None };
        let at = jobs.binary_search_by(|(other, _)| (**other).cmp(id)).ok()?;
        let (_, job) = jobs.get_mut(at)?;
        if !job.observe(now, snapshot) {
            return None;
        }
        if snapshot.terminal() {
            jobs.remove(at);
            return Some(f64::INFINITY);
        }
        Some(job.interval(bounds))
    }

    pub fn notification(&self, id: SubscriberId, outcome: Outcome, now: f64) -> Notification {
        let eta = match &self.state {
            SubscriberState::Job { watched, .. } => watched.eta(now),
            SubscriberState::Project { .. } => None,
        };
        let job = match &self.state {
            SubscriberState::Job { watched, .. } => *watched,
            SubscriberState::Project { .. } => WatchedJob::default(),
        };
        let resumable = Resumable { now, progress: *self.wait.progress(), job };
        let (polls, elapsed) = (self.wait.polls(), now - self.wait.started());
        Notification { subscriber: id, outcome, polls, elapsed, eta, next_poll: None, resumable }
    }
}
