//! Which request to make next, and for whom.

use super::slab::NONE;
use super::subscriber::Subscriber;
use super::targets::{Target, TargetId};
use super::{Concurrency, PollCoordinator, PollRequest, RequestId, SLOW, SubscriberId, cost};
use crate::core::retry::RetryPolicy;
use crate::core::route::Endpoint;
use crate::core::wait::{DEFAULT_BOUNDS, PollInterval};

/// How many lists in a row may be tried in vain for waits whose project is unknown. After that, each job is polled by
/// Get Job.
const MOST_FAILED_GUESSES: u32 = 2;

/// A request that is under way.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct Flight {
    pub target: TargetId,
    /// The subscribers that it was made for; some may have left.
    pub subscribers: Vec<SubscriberId>,
    /// How many of them have not left.
    pub waiting: usize,
    /// The watches of the job's project want it too.
    pub for_watches: bool,
    /// It also serves jobs whose project is unknown, since its list may have them.
    pub guess: bool,
    /// It has one of the places in flight: it does not sleep before another attempt.
    pub holds_place: bool,
    /// When it got its place, in ms.
    pub started: f64,
    /// It has taken so long that others need not wait for its place.
    pub slow: bool,
}

impl Flight {
    /// An empty record, for numbers that no request has.
    pub fn none() -> Self {
        Self {
            target: NONE,
            subscribers: Vec::new(),
            waiting: 0,
            for_watches: false,
            guess: false,
            holds_place: false,
            started: 0.0,
            slow: false,
        }
    }
}

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
        let mut due = wait.due();
        let mut tried = subscriber.lost;
        if wait.polls() > 0 {
            tried = tried.max(wait.progress().last);
            // A list that others have just requested is not requested again within the floor.
            due = due.max(self.targets.at(self.polled_by(subscriber)).listed + wait.config().floor);
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
            first = first.min(target.watch_due);
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

    /// Requests that may be in flight now. Each project that shows, each source of polls that is known, allows one
    /// more than at first, and each that is slow makes room for another. The place of the first response is kept until
    /// there is a second one, which may show that a list serves all the others.
    pub(super) fn limit(&self) -> usize {
        let Concurrency { initial, most } = self.concurrency;
        let apart = self.shown.len().max(self.sources).saturating_sub(1);
        let first = self.targets.at(self.shown.first().copied().unwrap_or(NONE));
        let kept =
            usize::from(self.unresolved > 1 && self.shown.len() == 1 && first.shown == 1 && initial > 1);
        (initial - kept).saturating_add(apart).saturating_add(self.slow).min(most)
    }

    /// Finds the requests that have become slow.
    pub(super) fn find_slow(&mut self, now: f64) {
        while let Some(request) = self.slow_at.take(now) {
            let patience = SLOW * f64::from(1_u32 << (self.slow / self.concurrency.initial.max(1)).min(16));
            let flight = self.flights.at_mut(request);
            if flight.started + patience > now {
                self.slow_at.set(request, flight.started + patience);
            } else {
                flight.slow = true;
                self.slow += 1;
            }
        }
    }

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
            if project.rests_until > self.now || project.request.is_some() || limit == 0.0 {
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
    fn attach(&mut self, number: TargetId, request: RequestId, now: f64, only_due: bool) -> RetryPolicy {
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

    pub(super) fn hold_place(&mut self, request: RequestId, now: f64) {
        let flight = self.flights.at_mut(request);
        (flight.holds_place, flight.started) = (true, now);
        self.busy += 1;
        self.slow_at.set(request, now + SLOW);
    }

    fn free_place(&mut self, request: RequestId) {
        let flight = self.flights.at_mut(request);
        self.busy -= usize::from(std::mem::take(&mut flight.holds_place));
        self.slow -= usize::from(std::mem::take(&mut flight.slow));
        self.slow_at.remove(request);
    }

    /// A request is over.
    pub(super) fn end_flight(&mut self, request: RequestId) -> Option<Box<Flight>> {
        self.free_place(request);
        self.woken.remove(request);
        let flight = self.flights.remove(request)?;
        self.guesses -= usize::from(flight.guess);
        self.targets.at_mut(flight.target).request = None;
        Some(flight)
    }

    /// A request sleeps before another attempt, and holds no place meanwhile. `retry_after`: the delay that the server
    /// set, in ms.
    pub fn request_sleeps(&mut self, request: RequestId, retry_after: Option<f64>, now: f64) {
        self.free_place(request);
        self.hold_back(retry_after, now);
    }

    /// A request has slept and wants to go on: a step that has a place for it says so in [`super::Actions::resume`].
    pub fn request_wakes(&mut self, request: RequestId) {
        self.free_place(request);
        if self.flights.has(request) {
            let tick = self.tick();
            self.woken.set(request, tick);
        }
    }

    /// The server set a Retry-After, in ms. It counts requests by key, so all polls of the client wait.
    pub(super) fn hold_back(&mut self, retry_after: Option<f64>, now: f64) {
        let until = now + retry_after.unwrap_or(0.0);
        if until > now {
            self.not_before = self.not_before.max(until);
            self.held = true;
        }
    }

    /// What was held back does not come at one instant: the more it is, the more of its interval it is spread over.
    pub(super) fn spread(&mut self, now: f64) {
        let mut all = Vec::new();
        while let Some(number) = self.ready.take(f64::INFINITY).or_else(|| self.due.take(now)) {
            all.push(number);
        }
        #[allow(clippy::cast_precision_loss)] // a count
        let count = all.len() as f64;
        let part = (count - 1.0) / (count + 8.0);
        let mut turn = 0.0;
        for number in all {
            let interval = self.spread_over(number);
            self.unqueue(number);
            // Evenly: by chance alone some seconds would have twice as many as others.
            let place = (turn + (self.random)()) / count;
            self.due.set(number, now + place * part * interval);
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

    /// Finds out anew how the jobs of a project are polled at least cost.
    pub(super) fn choose(&mut self, number: TargetId) {
        if !self.targets.has(number) {
            return;
        }
        let project = self.targets.at_mut(number);
        project.worth = cost::list_limit(project, project.waited, self.job_bytes) > 0.0;
        let rests = project.rests_until > self.now;
        let by_list = !rests && if project.listening > 0 { !project.split } else { project.worth };
        let changed = project.by_list != by_list;
        project.by_list = by_list;
        let before = project.sources;
        project.sources = if by_list { 1 } else { project.waited };
        self.sources = self.sources + project.sources - before;
        let idle = !by_list && project.listening == 0;
        if changed {
            self.reschedule_jobs(number);
            self.reschedule(number);
        } else if idle {
            // Nobody polls by its list.
            self.unqueue(number);
        }
    }

    /// Nobody wants the jobs of a project polled for its watches.
    pub(super) fn unsplit(&mut self, number: TargetId) {
        self.targets.at_mut(number).split = false;
        for job in self.jobs(number) {
            let job_target = self.targets.at_mut(job);
            job_target.watch_due = f64::INFINITY;
            if let Some(request) = job_target.request {
                self.abort_unless_wanted(request);
            }
            self.drop_target(job);
        }
        self.choose(number);
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
