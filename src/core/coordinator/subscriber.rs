//! One wait or watch in the coordinator.

use super::slab::NONE;
use super::targets::TargetId;
use super::{Index, ListedJob, Notification, Outcome, RequestId, Resumable, SubscriberId};
use crate::core::job::JobSnapshot;
use crate::core::retry::RetryPolicy;
use crate::core::schedule::Bounds;
use crate::core::state::hash_id;
use crate::core::wait::{PollInterval, Wait, WaitConfig, WatchedJob};

#[derive(Debug)]
pub struct Subscriber {
    /// The job that it waits for, or the project that it watches.
    pub target: TargetId,
    pub is_watch: bool,
    /// What a wait knows of its job.
    pub watched: WatchedJob,
    /// What a watch knows of its active jobs, by the hashes of their ids, in their order.
    pub jobs: Vec<(u64, WatchedJob)>,
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

/// The interval that what is known of a job or of the active jobs of a project suggests.
pub fn interval(is_watch: bool, watched: &WatchedJob, jobs: &[(u64, WatchedJob)], bounds: Bounds) -> f64 {
    if !is_watch {
        return watched.interval(bounds);
    }
    let mut shortest = bounds.max;
    for (_, job) in jobs {
        shortest = shortest.min(job.interval(bounds));
    }
    shortest
}

impl Subscriber {
    pub fn new(target: TargetId, is_watch: bool, wait: Wait, retry_policy: RetryPolicy) -> Self {
        Self {
            target,
            is_watch,
            watched: WatchedJob::default(),
            jobs: Vec::new(),
            wait,
            retry_policy,
            at: 0,
            listening: false,
            in_flight: None,
            lost: f64::NEG_INFINITY,
            overdue: false,
        }
    }

    /// An empty record, for numbers that no subscriber has.
    pub fn nobody() -> Self {
        let config = WaitConfig {
            poll_interval: PollInterval::Fixed(0.0),
            floor: 0.0,
            initial_delay: 0.0,
            max_wait: f64::INFINITY,
            max_poll_errors: 0,
            throw_on_blocked: false,
        };
        Self::new(NONE, false, Wait::new(config, 0.0), RetryPolicy { timeout_ms: 0.0, max_retries: 0 })
    }

    /// The interval to its next poll, by what it knows.
    pub fn interval(&self, bounds: Bounds) -> f64 {
        interval(self.is_watch, &self.watched, &self.jobs, bounds)
    }

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

    /// Takes in a response with its job.
    pub fn observe(
        &mut self,
        index: usize,
        snapshot: &JobSnapshot,
        retry_after: Option<f64>,
        unit: f64,
        now: f64,
    ) -> Outcome {
        let Self { watched, wait, .. } = self;
        let fresh = watched.observe(now, snapshot);
        wait.responded(now, retry_after, unit, &|bounds| watched.interval(bounds));
        Outcome::Job { index, fresh, end: watched.end(wait.config()) }
    }

    /// What it knows of an active job of its project.
    pub fn known(&self, hash: u64) -> Option<usize> {
        self.jobs.binary_search_by(|(other, _)| other.cmp(&hash)).ok()
    }

    /// Takes in a list of its project.
    pub fn observe_all(&mut self, by_id: &Index, list: &[impl ListedJob], now: f64) {
        let mut jobs = Vec::new();
        for (hash, place) in &by_id.0 {
            let Some(listed) = list.get(*place) else { continue };
            if listed.snapshot().terminal() {
                continue;
            }
            let known = self.known(*hash).and_then(|at| self.jobs.get(at));
            let mut job = known.map(|(_, job)| *job).unwrap_or_default();
            job.observe(now, listed.snapshot());
            jobs.push((*hash, job));
        }
        self.jobs = jobs;
    }

    /// Takes in one active job of its project, had by Get Job. Gives the interval to its next poll, infinity after its
    /// end; `None`: the response said nothing new.
    pub fn observe_one(&mut self, id: &str, snapshot: &JobSnapshot, now: f64) -> Option<f64> {
        let bounds = self.bounds();
        let at = self.known(hash_id(id))?;
        let (_, job) = self.jobs.get_mut(at)?;
        if !job.observe(now, snapshot) {
            return None;
        }
        if snapshot.terminal() {
            self.jobs.remove(at);
            return Some(f64::INFINITY);
        }
        Some(job.interval(bounds))
    }

    pub fn notification(&self, id: SubscriberId, outcome: Outcome, now: f64) -> Box<Notification> {
        Box::new(Notification {
            subscriber: id,
            outcome,
            polls: self.wait.polls(),
            elapsed: now - self.wait.started(),
            eta: self.watched.eta(now),
            next_poll: None,
            resumable: Resumable { now, progress: *self.wait.progress(), job: self.watched },
        })
    }
}
