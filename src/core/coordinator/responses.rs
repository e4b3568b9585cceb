//! What became of a request, and whom to tell.

use super::subscriber::{Subscriber, SubscriberState};
use super::{Index, ListedJob, Notification, Outcome, PollCoordinator, RequestId, RequestKey};
use crate::core::error::Error;
use crate::core::job::JobSnapshot;
use std::rc::Rc;

impl PollCoordinator {
    /// Get Job was answered, with a body of so many bytes.
    pub fn job_received(
        &mut self,
        request: RequestId,
        project: &Rc<str>,
        snapshot: &JobSnapshot,
        bytes: f64,
        retry_after: Option<f64>,
        now: f64,
    ) -> Vec<Notification> {
        let _ = bytes;
        if self.take_in_flight(request).is_none() {
            return Vec::new();
        }
        let (index, tick) = (self.projects.place(project), self.tick());
        if let Some(project) = self.projects.get_mut(index) {
            project.told = tick;
        }
        self.notify(request, now, &mut |subscriber, unit| {
            if let SubscriberState::Job { project, unlisted, .. } = &mut subscriber.state
                && *project != Some(index)
            {
                *project = Some(index);
                *unlisted = false;
            }
            subscriber.observe(0, snapshot, retry_after, unit, now)
        })
    }

    /// List Jobs was answered with these jobs, in a body of so many bytes.
    pub fn list_received(
        &mut self,
        request: RequestId,
        jobs: &[impl ListedJob],
        bytes: f64,
        retry_after: Option<f64>,
        now: f64,
    ) -> Vec<Notification> {
        let _ = bytes;
        let Some(RequestKey::List(index)) = self.take_in_flight(request) else { return Vec::new() };
        let tick = self.tick();
        if let Some(project) = self.projects.get_mut(index) {
            project.listed = now;
            project.not_before = now + retry_after.unwrap_or(0.0);
            project.answered = tick;
            project.unusable = false;
        }
        let by_id = Index::new(jobs.len(), &|place| Some(jobs.get(place)?.id()));
        for subscriber in self.subscribers.iter_mut().flatten() {
            // One that the list lacked before may be in it by now.
            if let SubscriberState::Job { id, project: Some(project), unlisted, .. } = &mut subscriber.state
                && *unlisted
                && *project == index
            {
                *unlisted = by_id.first(id).is_none();
            }
        }
        let (mut guessed, mut hit) = (false, false);
        let told = self.notify(request, now, &mut |subscriber, unit| match &mut subscriber.state {
            SubscriberState::Job { id, project, unlisted, .. } => {
                let found = by_id.first(id);
                guessed |= project.is_none();
                hit |= project.is_none() && found.is_some();
                if found.is_some() {
                    *project = Some(index);
                }
                *unlisted = found.is_none() && *project == Some(index);
                let job = found?;
                let snapshot = jobs.get(job)?.snapshot();
                subscriber.observe(job, snapshot, retry_after, unit, now)
            }
            SubscriberState::Project { .. } => {
                subscriber.observe_all(&by_id, jobs, retry_after, unit, now);
                Some(Outcome::Project)
            }
        });
        if guessed {
            self.failed_guesses = if hit { 0 } else { self.failed_guesses.saturating_add(1) };
        }
        told
    }

    /// A request failed, after its own retries.
    pub fn failed(&mut self, request: RequestId, error: &Error, now: f64) -> Vec<Notification> {
        let Some(target) = self.take_in_flight(request) else { return Vec::new() };
        let lost = self.offline && error.is_survivable();
        let mut falls_back = false;
        if let RequestKey::List(index) = target {
            // What concerns the key fails everywhere; what concerns the list alone leaves Get Job.
            falls_back = error.code() != "unauthorized" && !error.may_pass();
            if let Some(project) = self.projects.get_mut(index) {
                project.listed = now;
                project.not_before = now + error.kind().retry_after().unwrap_or(0.0);
                project.unusable |= falls_back;
            }
        }
        self.notify(request, now, &mut |subscriber, unit| {
            let Subscriber { state, wait, .. } = subscriber;
            // Who is not told of a poll is due as before.
            if lost || falls_back && matches!(state, SubscriberState::Job { .. }) {
                return None;
            }
            let ends = wait.failed(now, error, unit, |bounds| state.interval(bounds));
            Some(Outcome::Failed { ends })
        })
    }

    fn take_in_flight(&mut self, request: RequestId) -> Option<RequestKey> {
        let at = self.in_flight.iter().position(|in_flight| in_flight.request == request)?;
        Some(self.in_flight.swap_remove(at).target)
    }

    /// Tells every subscriber that a request was for; `each` gives nothing for one that it did not concern.
    fn notify(
        &mut self,
        request: RequestId,
        now: f64,
        each: &mut dyn FnMut(&mut Subscriber, f64) -> Option<Outcome>,
    ) -> Vec<Notification> {
        // Counted first: a list that grows leaves pieces of memory behind that nothing else fits into.
        let concerned = self
            .subscribers
            .iter()
            .flatten()
            .filter(|subscriber| subscriber.in_flight == Some(request))
            .count();
        let mut all = Vec::with_capacity(concerned);
        for (id, place) in self.subscribers.iter_mut().enumerate() {
            let Some(subscriber) = place else { continue };
            if subscriber.in_flight != Some(request) {
                continue;
            }
            subscriber.in_flight = None;
            if let Some(outcome) = each(subscriber, (self.random)()) {
                all.push(subscriber.told(id, outcome, now));
            }
        }
        for told in &all {
            if told.outcome.ends() {
                self.vacate(told.subscriber);
            }
        }
        self.refresh();
        let mut last: Option<(RequestKey, f64)> = None;
        for told in &mut all {
            let Some(Some(subscriber)) = self.subscribers.get(told.subscriber) else { continue };
            let target = self.target(subscriber);
            let next = match &last {
                Some((same, next)) if *same == target => *next,
                _ => self.next_poll(&target),
            };
            told.next_poll = Some((next - now).max(0.0)).filter(|_| next <= subscriber.wait.deadline());
            last = Some((target, next));
        }
        all
    }

    /// When the first of those who poll this is due; infinity: none is.
    fn next_poll(&self, target: &RequestKey) -> f64 {
        let mut first = f64::INFINITY;
        for subscriber in self.subscribers.iter().flatten() {
            if self.target(subscriber) == *target {
                first = first.min(self.due(subscriber));
            }
        }
        first
    }
}
