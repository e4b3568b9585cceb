//! What to ask for next, and for whom.

use super::projects::Project;
use super::subscriber::{Subscriber, SubscriberState};
use super::{InFlight, PollCoordinator, PollRequest, RequestId, RequestKey};
use crate::core::retry::RetryPolicy;
use crate::core::route::Endpoint;

/// Lists in a row that are tried in vain for waits whose project is unknown; then each is asked for by itself.
const MOST_FAILED_GUESSES: u32 = 2;

impl PollCoordinator {
    /// What a subscriber polls, by what is known of it.
    pub(super) fn target(&self, subscriber: &Subscriber) -> RequestKey {
        match &subscriber.state {
            SubscriberState::Project { index, .. } => RequestKey::List(*index),
            SubscriberState::Job { id, project, unlisted, .. } => {
                let shared = |index: &usize| {
                    self.projects.get(*index).is_some_and(|project| project.shared && !project.unusable)
                };
                let list = project.filter(|index| !unlisted && shared(index));
                list.map_or_else(|| RequestKey::Job(id.clone()), RequestKey::List)
            }
        }
    }

    /// When a subscriber's next poll may start; infinity while it is in in_flight or not wanted.
    pub(super) fn due(&self, subscriber: &Subscriber) -> f64 {
        if !subscriber.is_idle() || self.offline {
            return f64::INFINITY;
        }
        let due = subscriber.wait.due();
        if subscriber.wait.polls() == 0 {
            return due;
        }
        // A list that others just asked for is left alone for the floor, and for what the server asked for.
        match self.target(subscriber) {
            RequestKey::List(index) => self.projects.get(index).map_or(due, |project| {
                due.max(project.listed + subscriber.wait.config().floor).max(project.not_before)
            }),
            RequestKey::Job(_) => due,
        }
    }

    /// Has those who are due wait for what is in in_flight already, and counts those whose project is unknown.
    pub(super) fn join_in_flight(&mut self, now: f64) {
        let unknown = |subscriber: &&Subscriber| subscriber.is_unknown() && self.due(subscriber) <= now;
        self.unresolved = self.subscribers.iter().flatten().filter(unknown).count();
        if self.unresolved == 0 {
            self.failed_guesses = 0;
        }
        for at in 0..self.in_flight.len() {
            let Some(InFlight { request, target, .. }) = self.in_flight.get(at) else { continue };
            let (request, target) = (*request, target.clone());
            let (subscribers, _) = self.attach(&target, request, now, true);
            if let Some(in_flight) = self.in_flight.get_mut(at) {
                in_flight.subscribers += subscribers;
            }
        }
    }

    /// What the subscriber that is due for longest polls.
    pub(super) fn next_target(&self, now: f64) -> Option<RequestKey> {
        let mut longest: Option<(&Subscriber, f64)> = None;
        for subscriber in self.subscribers.iter().flatten() {
            let due = self.due(subscriber);
            if due <= now && longest.is_none_or(|(_, least)| due < least) {
                longest = Some((subscriber, due));
            }
        }
        let (subscriber, _) = longest?;
        let guess = self.projects.position(|project| self.may_list(project, subscriber));
        Some(guess.map_or_else(|| self.target(subscriber), RequestKey::List))
    }

    /// Makes the request for all who poll the same, due or not: one request a poll, told to all of them.
    pub(super) fn start_request(&mut self, target: RequestKey, now: f64) -> Option<PollRequest> {
        let request = self.next_request;
        self.next_request = request.wrapping_add(1);
        let (subscribers, retry_policy) = self.attach(&target, request, now, false);
        let (endpoint, id) = match &target {
            RequestKey::Job(id) => (Endpoint::GetJob, id.clone()),
            RequestKey::List(index) => (Endpoint::ListJobs, self.projects.get(*index)?.id.clone()),
        };
        self.in_flight.push(InFlight { request, target, subscribers, sleeps: false, wakes: false });
        Some(PollRequest { request, endpoint, id, retry_policy })
    }

    /// Whether the list of a project may have a job whose own project is unknown: many start together, and one of
    /// them was just told to be in it.
    fn may_list(&self, project: &Project, subscriber: &Subscriber) -> bool {
        subscriber.is_unknown()
            && self.unresolved > 1
            && self.failed_guesses < MOST_FAILED_GUESSES
            && !project.unusable
            && project.told > subscriber.joined
            && project.answered < subscriber.joined
    }

    /// Makes a request that of all who poll the same, or of those of them who are due. Gives how many, the longest
    /// of their timeouts and the most of their retries.
    fn attach(
        &mut self,
        target: &RequestKey,
        request: RequestId,
        now: f64,
        only_due: bool,
    ) -> (usize, RetryPolicy) {
        let mut subscribers = 0;
        let mut retry_policy = RetryPolicy { timeout_ms: 0.0, max_retries: 0 };
        for id in 0..self.subscribers.len() {
            let Some(Some(subscriber)) = self.subscribers.get(id) else { continue };
            if !subscriber.is_idle() {
                continue;
            }
            let is_due = self.due(subscriber) <= now;
            if !is_due && (only_due || subscriber.wait.polls() == 0) {
                continue;
            }
            let guessed = match target {
                RequestKey::List(index) => {
                    is_due
                        && self.projects.get(*index).is_some_and(|project| self.may_list(project, subscriber))
                }
                RequestKey::Job(_) => false,
            };
            if !guessed && self.target(subscriber) != *target {
                continue;
            }
            subscribers += 1;
            retry_policy.timeout_ms = retry_policy.timeout_ms.max(subscriber.retry_policy.timeout_ms);
            retry_policy.max_retries = retry_policy.max_retries.max(subscriber.retry_policy.max_retries);
            if let Some(Some(subscriber)) = self.subscribers.get_mut(id) {
                subscriber.in_flight = Some(request);
            }
        }
        (subscribers, retry_policy)
    }
}
