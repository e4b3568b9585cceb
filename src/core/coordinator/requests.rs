//! Which request to make next, and for whom.

use super::flights::Flight;
use super::targets::{Target, TargetId};
use super::{PollCoordinator, PollRequest, RequestId, cost};
use crate::core::retry::RetryPolicy;
use crate::core::route::Endpoint;

/// How many lists in a row may be tried in vain for waits whose project is unknown. After that, each job is polled by
/// Get Job.
pub const MOST_FAILED_GUESSES: u32 = 2;

impl PollCoordinator {
    /// What waits for a place longest, and how much of its response is worth reading.
    pub(super) fn next_target(&mut self, now: f64) -> Option<(TargetId, f64)> {
        while let Some(number) = self.ready.take(f64::INFINITY) {
            let due = self.due_of(number);
            if due > now {
                // Who was due has left.
                self.unqueue(number);
                self.due.set(number, due);
                continue;
            }
            let guess = self.guess(number);
            if guess.is_some() {
                self.ready.set(number, due);
                return guess;
            }
            return Some((number, self.list_limit(number)));
        }
        None
    }

    /// How much of a project's list is worth reading: it may have jobs too whose project is unknown.
    fn list_limit(&self, number: TargetId) -> f64 {
        let target = self.targets.at(number);
        if !target.is_list || target.listening > 0 {
            return cost::UNLIMITED;
        }
        let limit = cost::list_limit(target, target.waited + self.unknown, self.job_bytes);
        if limit > 0.0 { limit } else { cost::UNLIMITED }
    }

    /// A project whose list may have a job whose own project is unknown: many wait for a place together, and a
    /// response has just named the project of one of them.
    fn guess(&mut self, number: TargetId) -> Option<(TargetId, f64)> {
        let job = self.targets.at(number);
        if !job.unresolved || self.unresolved < 2 || self.failed_guesses >= MOST_FAILED_GUESSES {
            return None;
        }
        let mut at = 0;
        while let Some(candidate) = self.candidates.get(at).copied() {
            let project = self.targets.at(candidate);
            let limit = cost::list_limit(project, project.waited + self.unresolved, self.job_bytes);
            let rests_until = project.rests_until.max(project.held_until);
            if rests_until > self.now || project.request.is_some() || limit == 0.0 {
                self.candidates.swap_remove(at);
            } else if may_have(project, self.targets.at(number)) {
                return Some((candidate, limit));
            } else {
                at += 1;
            }
        }
        None
    }

    /// Makes the request for all who poll the same, due or not: a poll is one request, and its response goes to all of
    /// them.
    pub(super) fn start_request(&mut self, number: TargetId, limit: f64, now: f64) -> PollRequest {
        self.unqueue(number);
        let request = self.flights.insert(Box::new(Flight { target: number, ..Flight::none() }));
        self.hold_place(request, now);
        let mut retry_policy = self.attach(number, request, now, false);
        let target = self.targets.at_mut(number);
        (target.request, target.nudged, target.yields) = (Some(request), false, 0.0);
        let (is_list, id, project) = (target.is_list, target.id.clone(), target.project);
        let project = self.targets.at(project);
        if project.split {
            for watch in &project.subscribers {
                widen(&mut retry_policy, &self.subscribers.at(*watch).retry_policy);
                self.flights.at_mut(request).for_watches = true;
            }
        }
        let at = self.candidates.iter().position(|candidate| *candidate == number);
        if let Some(at) = at {
            self.candidates.swap_remove(at);
            for job in self.ready.numbers() {
                let waits = self.targets.at(job);
                if waits.unresolved && may_have(self.targets.at(number), waits) {
                    let policy = self.attach(job, request, now, true);
                    widen(&mut retry_policy, &policy);
                    self.reschedule(job);
                    self.flights.at_mut(request).guess = true;
                }
            }
            self.guesses += usize::from(self.flights.at(request).guess);
        }
        self.reschedule(number);
        let endpoint = if is_list { Endpoint::ListJobs } else { Endpoint::GetJob };
        PollRequest { request, endpoint, id, retry_policy, limit }
    }

    /// Makes a request that of all who poll the same, or of those of them who are due. Gives the longest of their
    /// timeouts and the most of their retries.
    pub(super) fn attach(
        &mut self,
        number: TargetId,
        request: RequestId,
        now: f64,
        only_due: bool,
    ) -> RetryPolicy {
        let mut all = self.subscribers(number);
        let target = self.targets.at(number);
        if target.by_list {
            for job in &target.jobs {
                let job = self.targets.at(*job);
                // Never two polls of one subscriber at once.
                if job.request.is_none() && !job.unlisted {
                    all.extend_from_slice(&job.subscribers);
                }
            }
        }
        let mut retry_policy = RetryPolicy { timeout_ms: 0.0, max_retries: 0 };
        for id in all {
            let subscriber = self.subscribers.at(id);
            let may = if only_due || subscriber.wait.polls() == 0 {
                self.due(subscriber) <= now
            } else {
                subscriber.is_idle()
            };
            if may {
                widen(&mut retry_policy, &subscriber.retry_policy);
                self.subscribers.at_mut(id).in_flight = Some(request);
                let flight = self.flights.at_mut(request);
                flight.waiting += 1;
                flight.subscribers.push(id);
            }
        }
        retry_policy
    }
}

/// Whether a list may have a job: since somebody joined for the job, a Get Job has named the project, and its list has not
/// been received.
fn may_have(project: &Target, job: &Target) -> bool {
    project.named_tick > job.joined && project.listed_tick < job.joined
}

/// With the longest timeout and the most retries of both.
fn widen(all: &mut RetryPolicy, one: &RetryPolicy) {
    all.timeout_ms = all.timeout_ms.max(one.timeout_ms);
    all.max_retries = all.max_retries.max(one.max_retries);
}
