//! When what is polled is due: by its subscribers, without a network, and after a Retry-After.

use super::slab::NONE;
use super::subscriber::Subscriber;
use super::targets::{Target, TargetId};
use super::{PollCoordinator, SubscriberId};
use crate::core::wait::{DEFAULT_BOUNDS, PollInterval};

/// So many jobs may be polled at one instant.
const FEW: usize = 10;

impl PollCoordinator {
    /// What a subscriber polls, by what is known of it.
    pub(super) fn polled(&self, id: SubscriberId) -> TargetId {
        self.polled_by(self.subscribers.at(id))
    }

    fn polled_by(&self, subscriber: &Subscriber) -> TargetId {
        let job = self.targets.at(subscriber.target);
        // The first poll is quicker as a Get Job of its own, and a Get Job that is in flight serves everybody.
        let singly = job.unlisted || job.nudged || job.request.is_some() || subscriber.wait.polls() == 0;
        if !singly && self.targets.at(job.project).by_list { job.project } else { subscriber.target }
    }

    /// When a subscriber's next poll may start; infinity while it waits for one or wants none.
    pub(super) fn due(&self, subscriber: &Subscriber) -> f64 {
        self.looked_at();
        let wait = &subscriber.wait;
        if !subscriber.is_idle() {
            return f64::INFINITY;
        }
        let polled = self.targets.at(self.polled_by(subscriber));
        let mut due = wait.due().max(polled.held_until);
        let mut tried = subscriber.lost;
        if wait.polls() > 0 {
            tried = tried.max(wait.progress().last);
            // A list that others have just requested is not requested again within the floor.
            due = due.max(polled.listed + wait.config().floor);
        }
        if self.offline {
            // It says that there is no network; it may be wrong.
            let longest = match wait.config().poll_interval {
                PollInterval::Fixed(interval) => interval.max(DEFAULT_BOUNDS.max),
                PollInterval::Adaptive(bounds) => bounds.max,
            };
            due = due.max(tried + longest);
        }
        due
    }

    /// When the first of those who poll this is due; infinity: none is.
    pub(super) fn due_of(&self, number: TargetId) -> f64 {
        let target = self.targets.at(number);
        let mut first = self.first_due(target, number, f64::INFINITY);
        if target.by_list {
            for job in &target.jobs {
                first = self.first_due(self.targets.at(*job), number, first);
            }
        }
        let project = self.targets.at(target.project);
        if project.split && project.listening > 0 && target.request.is_none() && !self.offline {
            first = first.min(target.watch_due.max(target.held_until));
        }
        first
    }

    /// The least of this and when those are due who are about `target` and poll `number`.
    fn first_due(&self, target: &Target, number: TargetId, mut first: f64) -> f64 {
        for id in &target.subscribers {
            let subscriber = self.subscribers.at(*id);
            if self.polled_by(subscriber) == number {
                first = first.min(self.due(subscriber));
            }
        }
        first
    }

    /// Something about what is polled changed: finds out anew when it is due.
    pub(super) fn reschedule(&mut self, number: TargetId) {
        self.unqueue(number);
        let due = self.due_of(number);
        self.due.set(number, due);
        // Those of a job's subscribers who poll by a list now have that due.
        let mut at = 0;
        while let Some(id) = self.targets.at(number).subscribers.get(at).copied() {
            if self.polled(id) != number {
                self.come_due(id);
            }
            at += 1;
        }
    }

    pub(super) fn reschedule_jobs(&mut self, number: TargetId) {
        for job in self.jobs(number) {
            self.reschedule(job);
        }
    }

    pub(super) fn reschedule_all(&mut self) {
        for number in 0..self.targets.len() {
            self.reschedule(number);
        }
    }

    /// A subscriber listens, or its next poll is due sooner: so is what it polls.
    pub(super) fn come_due(&mut self, id: SubscriberId) {
        let subscriber = self.subscribers.at(id);
        let (number, due) = (self.polled_by(subscriber), self.due(subscriber));
        if self.ready.key(number) == f64::INFINITY && due < self.due.key(number) {
            self.due.set(number, due);
        }
    }

    /// Takes what is polled out of the queues.
    pub(super) fn unqueue(&mut self, number: TargetId) {
        self.due.remove(number);
        self.ready.remove(number);
        self.set_unresolved(number, false);
    }

    fn set_unresolved(&mut self, number: TargetId, unresolved: bool) {
        let job = self.targets.at_mut(number);
        self.unresolved = self.unresolved + usize::from(unresolved) - usize::from(job.unresolved);
        job.unresolved = unresolved;
    }

    /// What is polled seems to be due: it waits for a place, or for the request that is in flight already.
    pub(super) fn come_ready(&mut self, number: TargetId, now: f64) {
        let mut due = self.due_of(number);
        if due <= now
            && let Some(request) = self.targets.at(number).request
        {
            self.attach(number, request, now, true);
            due = self.due_of(number);
        }
        if due > now {
            return self.due.set(number, due);
        }
        let target = self.targets.at(number);
        self.ready.set(number, due + target.yields);
        self.set_unresolved(number, !target.is_list && target.project == NONE);
    }

    /// The server refused a request, and set a Retry-After, in ms. It may count requests by key, so all polls of the client
    /// wait; unless others were served since it last refused this one, or one of its kind: then it means this one alone. And
    /// of what was refused twice, with nothing else tried in between, nobody knows: others are tried.
    /// Gives whether that is so.
    pub(super) fn hold_back(&mut self, number: TargetId, retry_after: Option<f64>, now: f64) -> bool {
        let until = now + retry_after.unwrap_or(0.0);
        if until <= now {
            return false;
        }
        let tick = self.tick();
        let target = self.targets.at_mut(number);
        let kind = self.refused.get_mut(usize::from(target.is_list));
        let kind = kind.map_or(tick, |first| std::mem::replace(first, first.min(tick)));
        let alone = target.refused.min(kind) < self.served || self.last_refused == number;
        target.refused = tick;
        self.last_refused = number;
        if alone {
            target.held_until = target.held_until.max(until);
        } else {
            self.not_before = self.not_before.max(until);
            self.held = true;
        }
        alone
    }

    /// The server served a request. What it set as Retry-After then is about this one.
    pub(super) fn serve(&mut self, number: TargetId) {
        self.served = self.tick();
        self.last_refused = NONE;
        let target = self.targets.at_mut(number);
        target.refused = f64::INFINITY;
        if let Some(first) = self.refused.get_mut(usize::from(target.is_list)) {
            *first = f64::INFINITY;
        }
    }

    /// What was held back does not come at one instant: the more it is, the more of its interval it is spread over.
    pub(super) fn spread(&mut self, now: f64) {
        let mut all = Vec::new();
        while let Some(number) = self.ready.take(f64::INFINITY).or_else(|| self.due.take(now)) {
            all.push(number);
        }
        self.spread_out(all, now);
    }

    /// A project's jobs are not polled by its list for a while: where they are many, they do not come at one instant
    /// either. The first may show that it is not for the list's sake that it failed.
    pub(super) fn spread_jobs(&mut self, index: TargetId, now: f64) {
        let mut all = self.jobs(index);
        all.retain(|job| self.due_of(*job).is_finite());
        if all.len() > FEW {
            self.spread_out(all, now);
        }
    }

    fn spread_out(&mut self, all: Vec<TargetId>, now: f64) {
        #[allow(clippy::cast_precision_loss)] // a count
        let count = all.len() as f64;
        let part = (count - 1.0) / (count + 8.0);
        let mut turn = 0.0;
        for number in all {
            let (interval, due) = (self.spread_over(number), self.due_of(number));
            self.unqueue(number);
            // Evenly: by chance alone some seconds would have twice as many as others.
            let place = (turn + (self.random)()) / count;
            self.due.set(number, due.max(now + place * part * interval));
            turn += 1.0;
        }
    }

    /// Over how long the next polls of many such come: the longest interval. First polls have others soon after them,
    /// which come on top: over three quarters as much again.
    fn spread_over(&self, number: TargetId) -> f64 {
        let target = self.targets.at(number);
        // Of a list for waits alone, and of a job for watches alone.
        let other = target.jobs.first().copied().unwrap_or(target.project);
        let first = target.subscribers.first().or(self.targets.at(other).subscribers.first());
        let subscriber = self.subscribers.at(first.copied().unwrap_or(NONE));
        subscriber.bounds().max * if subscriber.wait.polls() == 0 { 1.75 } else { 1.0 }
    }
}
