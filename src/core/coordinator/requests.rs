//! What to ask for next, and for whom.

use super::flights::{self, Flight, Place, Target};
use super::subscriber::{Subscriber, SubscriberState};
use super::{Concurrency, PollCoordinator, PollRequest, RequestId, SLOW, SubscriberId, cost};
use crate::core::retry::RetryPolicy;
use crate::core::route::Endpoint;
use crate::core::wait::{DEFAULT_BOUNDS, PollInterval};

/// Lists in a row that are tried in vain for waits whose project is unknown; then each is asked for by itself.
const MOST_FAILED_GUESSES: u32 = 2;

/// The number of what is polled, in the queues.
pub(super) fn source(target: Target) -> usize {
    match target {
        Target::Job(number) => 2 * number,
        Target::List(number) => 2 * number + 1,
    }
}

fn target_of(source: usize) -> Target {
    if source.is_multiple_of(2) { Target::Job(source / 2) } else { Target::List(source / 2) }
}

impl PollCoordinator {
    pub(super) fn subscriber(&self, id: SubscriberId) -> Option<&Subscriber> {
        self.subscribers.get(id)?.as_deref()
    }

    /// What a subscriber polls, by what is known of it.
    pub(super) fn target(&self, subscriber: &Subscriber) -> Target {
        match subscriber.state {
            SubscriberState::Project { project, .. } => Target::List(project),
            SubscriberState::Job { job: number, .. } => {
                let Some(job) = self.jobs.get(number) else { return Target::Job(number) };
                let project = job.project.filter(|project| {
                    self.projects.get(*project).is_some_and(|project| project.by_list) && !job.unlisted
                });
                // The first poll is quicker by itself, and what is in flight by itself tells all.
                let by_list = subscriber.wait.polls() > 0 && !job.nudged && job.request.is_none();
                match project.filter(|_| by_list) {
                    Some(project) => Target::List(project),
                    None => Target::Job(number),
                }
            }
        }
    }

    /// When a subscriber's next poll may start; infinity while it waits for one or wants none.
    pub(super) fn due(&self, subscriber: &Subscriber) -> f64 {
        self.looked_at();
        let wait = &subscriber.wait;
        if !subscriber.is_idle() {
            return f64::INFINITY;
        }
        let first = wait.polls() == 0;
        // It says that there is no network; it may be wrong.
        let tried = if first { subscriber.lost } else { subscriber.lost.max(wait.progress().last) };
        let offline = if self.offline {
            tried
                + match wait.config().poll_interval {
                    PollInterval::Fixed(interval) => interval.max(DEFAULT_BOUNDS.max),
                    PollInterval::Adaptive(bounds) => bounds.max,
                }
        } else {
            f64::NEG_INFINITY
        };
        if first {
            return wait.due().max(offline);
        }
        // A list that others just asked for is left alone for the floor.
        let listed = match self.target(subscriber) {
            Target::List(project) => self
                .projects
                .get(project)
                .map_or(f64::NEG_INFINITY, |project| project.listed + wait.config().floor),
            Target::Job(_) => f64::NEG_INFINITY,
        };
        wait.due().max(offline).max(listed)
    }

    /// When the first of those who poll this is due; infinity: none is.
    pub(super) fn due_of(&self, target: Target) -> f64 {
        let mut first = f64::INFINITY;
        let mut among = |all: &[SubscriberId]| {
            for id in all {
                if let Some(subscriber) = self.subscriber(*id)
                    && self.target(subscriber) == target
                {
                    first = first.min(self.due(subscriber));
                }
            }
        };
        match target {
            Target::Job(number) => {
                let Some(job) = self.jobs.get(number) else { return first };
                among(&job.subscribers);
                let project = job.project.and_then(|project| self.projects.get(project));
                if job.request.is_none()
                    && !self.offline
                    && project.is_some_and(|project| project.split && project.listening > 0)
                {
                    first = first.min(job.watch_due);
                }
            }
            Target::List(number) => {
                let Some(project) = self.projects.get(number) else { return first };
                among(&project.watches);
                if project.by_list {
                    for job in &project.jobs {
                        if let Some(job) = self.jobs.get(*job) {
                            among(&job.subscribers);
                        }
                    }
                }
            }
        }
        first
    }

    /// Something about what is polled changed: finds out anew when it is due.
    pub(super) fn reschedule(&mut self, target: Target) {
        self.unqueue(target);
        let due = self.due_of(target);
        self.due.set(source(target), due);
        let Target::Job(number) = target else { return };
        // Those of its subscribers who poll by a list now have that due.
        let mut at = 0;
        while let Some(id) = self.jobs.get(number).and_then(|job| job.subscribers.get(at)).copied() {
            if let Some(subscriber) = self.subscriber(id)
                && matches!(self.target(subscriber), Target::List(_))
            {
                self.come_due(id);
            }
            at += 1;
        }
    }

    pub(super) fn reschedule_all(&mut self) {
        for job in 0..self.jobs.len() {
            self.reschedule(Target::Job(job));
        }
        for project in 0..self.projects.len() {
            self.reschedule(Target::List(project));
        }
    }

    /// A subscriber listens, or its next poll is due sooner: so is what it polls.
    pub(super) fn come_due(&mut self, id: SubscriberId) {
        let Some(subscriber) = self.subscriber(id) else { return };
        let (target, due) = (self.target(subscriber), self.due(subscriber));
        let source = source(target);
        if self.ready.key(source) == f64::INFINITY && due < self.due.key(source) {
            self.due.set(source, due);
        }
    }

    /// Takes what is polled out of the queues.
    pub(super) fn unqueue(&mut self, target: Target) {
        self.due.remove(source(target));
        self.ready.remove(source(target));
        if let Target::Job(job) = target {
            self.set_unresolved(job, false);
        }
    }

    fn set_unresolved(&mut self, number: usize, unresolved: bool) {
        let Some(job) = self.jobs.get_mut(number) else { return };
        if job.unresolved != unresolved {
            job.unresolved = unresolved;
            self.unresolved =
                if unresolved { self.unresolved + 1 } else { self.unresolved.saturating_sub(1) };
        }
    }

    fn request_of(&self, target: Target) -> Option<RequestId> {
        match target {
            Target::Job(job) => self.jobs.get(job)?.request,
            Target::List(project) => self.projects.get(project)?.request,
        }
    }

    fn set_request(&mut self, target: Target, request: Option<RequestId>) {
        match target {
            Target::Job(job) => {
                if let Some(job) = self.jobs.get_mut(job) {
                    job.request = request;
                }
            }
            Target::List(project) => {
                if let Some(project) = self.projects.get_mut(project) {
                    project.request = request;
                }
            }
        }
    }

    /// What is polled seems to be due: it waits for a place, or for the request that is in flight already.
    pub(super) fn come_ready(&mut self, source: usize, now: f64) {
        let target = target_of(source);
        let mut due = self.due_of(target);
        if due <= now
            && let Some(request) = self.request_of(target)
        {
            self.attach(target, request, now, true);
            due = self.due_of(target);
        }
        if due > now {
            return self.due.set(source, due);
        }
        let mut turn = due;
        if let Target::Job(number) = target
            && let Some(job) = self.jobs.get(number)
        {
            turn += job.yields;
            let unresolved = job.project.is_none();
            self.set_unresolved(number, unresolved);
        }
        self.ready.set(source, turn);
    }

    /// Requests that may be in flight now. Each project that shows, each source of polls that is known, allows one
    /// more than at first, and each that is slow makes room for another.
    pub(super) fn limit(&self) -> usize {
        let Concurrency { initial, most } = self.concurrency;
        let apart = self.shown.len().max(self.sources).saturating_sub(1);
        initial.saturating_add(apart).saturating_add(self.slow).min(most)
    }

    /// Finds the requests that have become slow.
    pub(super) fn find_slow(&mut self, now: f64) {
        while let Some(slot) = self.slow_at.take(now) {
            let patience = SLOW * f64::from(1_u32 << (self.slow / self.concurrency.initial.max(1)).min(16));
            let Some((_, flight)) = self.flights.at(slot) else { continue };
            if flight.started + patience > now {
                self.slow_at.set(slot, flight.started + patience);
            } else {
                flight.slow = true;
                self.slow += 1;
            }
        }
    }

    /// What waits for a place longest, and how much of its response is worth reading.
    pub(super) fn next_target(&mut self, now: f64) -> Option<(Target, f64)> {
        while let Some(source) = self.ready.take(f64::INFINITY) {
            let target = target_of(source);
            let due = self.due_of(target);
            if due > now {
                // Who was due has left.
                self.unqueue(target);
                self.due.set(source, due);
                continue;
            }
            let limit = match target {
                Target::Job(job) => {
                    if let Some((project, limit)) = self.guess(job) {
                        self.ready.set(source, due);
                        return Some((Target::List(project), limit));
                    }
                    cost::UNLIMITED
                }
                Target::List(project) => self.list_limit(project),
            };
            return Some((target, limit));
        }
        None
    }

    /// How much of a project's list is worth reading: it may have jobs too whose project is unknown.
    fn list_limit(&self, number: usize) -> f64 {
        let Some(project) = self.projects.get(number).filter(|project| project.listening == 0) else {
            return cost::UNLIMITED;
        };
        let jobs = project.waited + self.unknown;
        cost::list_limit(project, jobs, self.job_bytes).unwrap_or(cost::UNLIMITED)
    }

    /// A project whose list may have a job whose own project is unknown: many wait for a place together, and a
    /// response just told one of theirs.
    fn guess(&mut self, number: usize) -> Option<(usize, f64)> {
        let job = self.jobs.get(number).filter(|job| job.unresolved)?;
        if self.unresolved < 2 || self.failed_guesses >= MOST_FAILED_GUESSES {
            return None;
        }
        let joined = job.joined;
        let mut at = 0;
        while let Some(candidate) = self.candidates.get(at).copied() {
            let Some(project) = self.projects.get(candidate) else { break };
            let known = self.project_ids.id(candidate).is_some();
            let jobs = project.waited + self.unresolved;
            let limit = cost::list_limit(project, jobs, self.job_bytes);
            if !known || project.rests_until > self.now || project.request.is_some() || limit.is_none() {
                self.candidates.swap_remove(at);
                continue;
            }
            if may_have(project.told, project.answered, joined) {
                return Some((candidate, limit?));
            }
            at += 1;
        }
        None
    }

    /// Makes the request for all who poll the same, due or not: one request a poll, told to all of them.
    pub(super) fn start_request(&mut self, target: Target, limit: f64, now: f64) -> Option<PollRequest> {
        self.unqueue(target);
        let (endpoint, id) = match target {
            Target::Job(job) => (Endpoint::GetJob, self.job_ids.id(job)?.clone()),
            Target::List(project) => (Endpoint::ListJobs, self.project_ids.id(project)?.clone()),
        };
        let request = self.flights.insert(Flight {
            target,
            riders: Vec::new(),
            waiting: 0,
            for_watches: false,
            guess: false,
            place: Place::Asleep,
            started: now,
            slow: false,
        });
        self.hold_place(request, now);
        let mut retry_policy = self.attach(target, request, now, false);
        self.set_request(target, Some(request));
        match target {
            Target::Job(number) => {
                let project = self.jobs.get(number).and_then(|job| self.projects.get(job.project?));
                let watches =
                    project.filter(|project| project.split).map_or(&[][..], |project| &project.watches);
                for watch in watches {
                    if let Some(watch) = self.subscriber(*watch) {
                        widen(&mut retry_policy, &watch.retry_policy);
                    }
                }
                let for_watches = !watches.is_empty();
                if let Some(flight) = self.flights.get_mut(request) {
                    flight.for_watches = for_watches;
                }
                if let Some(job) = self.jobs.get_mut(number) {
                    (job.nudged, job.yields) = (false, 0.0);
                }
            }
            Target::List(project) => {
                let mut guess = false;
                let ready =
                    if self.candidates.contains(&project) { self.ready.numbers() } else { Vec::new() };
                self.candidates.retain(|candidate| *candidate != project);
                let told =
                    self.projects.get(project).map_or((0, 0), |project| (project.told, project.answered));
                for source in ready {
                    if let Target::Job(number) = target_of(source)
                        && let Some(job) = self.jobs.get(number)
                        && job.unresolved
                        && may_have(told.0, told.1, job.joined)
                    {
                        let policy = self.attach(Target::Job(number), request, now, true);
                        widen(&mut retry_policy, &policy);
                        self.reschedule(Target::Job(number));
                        guess = true;
                    }
                }
                if guess && let Some(flight) = self.flights.get_mut(request) {
                    flight.guess = true;
                    self.guesses += 1;
                }
            }
        }
        self.reschedule(target);
        Some(PollRequest { request, endpoint, id, retry_policy, limit })
    }

    /// Makes a request that of all who poll the same, or of those of them who are due. Gives the longest of their
    /// timeouts and the most of their retries.
    fn attach(&mut self, target: Target, request: RequestId, now: f64, only_due: bool) -> RetryPolicy {
        let mut all = Vec::new();
        match target {
            Target::Job(job) => {
                if let Some(job) = self.jobs.get(job) {
                    all.clone_from(&job.subscribers);
                }
            }
            Target::List(project) => {
                if let Some(project) = self.projects.get(project) {
                    all.clone_from(&project.watches);
                    for job in &project.jobs {
                        // Never two polls of one subscriber at once.
                        if project.by_list
                            && let Some(job) =
                                self.jobs.get(*job).filter(|job| job.request.is_none() && !job.unlisted)
                        {
                            all.extend_from_slice(&job.subscribers);
                        }
                    }
                }
            }
        }
        let mut retry_policy = RetryPolicy { timeout_ms: 0.0, max_retries: 0 };
        let mut riders = Vec::new();
        for id in all {
            let Some(Some(subscriber)) = self.subscribers.get(id) else { continue };
            if !subscriber.is_idle() {
                continue;
            }
            let is_due = self.due(subscriber) <= now;
            if !is_due && (only_due || subscriber.wait.polls() == 0) {
                continue;
            }
            widen(&mut retry_policy, &subscriber.retry_policy);
            riders.push(id);
            if let Some(Some(subscriber)) = self.subscribers.get_mut(id) {
                subscriber.in_flight = Some(request);
            }
        }
        if let Some(flight) = self.flights.get_mut(request) {
            flight.waiting += riders.len();
            if flight.riders.is_empty() {
                flight.riders = riders;
            } else {
                flight.riders.extend(riders);
            }
        }
        retry_policy
    }

    fn hold_place(&mut self, request: RequestId, now: f64) {
        let Some(flight) = self.flights.get_mut(request).filter(|flight| flight.place != Place::Held) else {
            return;
        };
        (flight.place, flight.started) = (Place::Held, now);
        self.busy += 1;
        self.slow_at.set(flights::slot(request), now + SLOW);
    }

    fn free_place(&mut self, request: RequestId, place: Place) {
        let slot = flights::slot(request);
        let Some(flight) = self.flights.get_mut(request) else { return };
        if std::mem::replace(&mut flight.place, place) == Place::Held {
            self.busy -= 1;
            if std::mem::take(&mut flight.slow) {
                self.slow -= 1;
            }
            self.slow_at.remove(slot);
        }
    }

    /// A request is over.
    pub(super) fn end_flight(&mut self, request: RequestId) -> Option<Flight> {
        self.free_place(request, Place::Asleep);
        self.woken.remove(flights::slot(request));
        let flight = self.flights.remove(request)?;
        self.guesses -= usize::from(flight.guess);
        self.set_request(flight.target, None);
        Some(flight)
    }

    /// A request sleeps before another attempt, and holds no place meanwhile. `retry_after`: what the server asked for.
    pub fn request_sleeps(&mut self, request: RequestId, retry_after: Option<f64>, now: f64) {
        self.free_place(request, Place::Asleep);
        self.hold_back(retry_after, now);
    }

    /// A request has slept and wants to go on: a step that has a place for it says so in [`super::Actions::resume`].
    pub fn request_wakes(&mut self, request: RequestId) {
        self.free_place(request, Place::Wanted);
        if self.flights.get_mut(request).is_some() {
            let tick = self.tick();
            #[allow(clippy::cast_precision_loss)] // an order
            self.woken.set(flights::slot(request), tick as f64);
        }
    }

    /// The request that a place was found for.
    pub(super) fn resume(&mut self, slot: usize, now: f64) -> Option<RequestId> {
        let (request, _) = self.flights.at(slot)?;
        self.hold_place(request, now);
        Some(request)
    }

    /// The server asked to be left alone for so long: it counts what comes with one key, so all polls wait.
    pub(super) fn hold_back(&mut self, retry_after: Option<f64>, now: f64) {
        let until = now + retry_after.unwrap_or(0.0);
        if until > now {
            self.not_before = self.not_before.max(until);
            self.held = true;
        }
    }

    /// What was held back does not come at one instant: the more it is, the more of its interval it is spread over.
    pub(super) fn spread(&mut self, now: f64) {
        let mut sources = Vec::new();
        while let Some(source) = self.ready.take(f64::INFINITY).or_else(|| self.due.take(now)) {
            sources.push(source);
        }
        #[allow(clippy::cast_precision_loss)] // a count
        let count = sources.len() as f64;
        let part = (count - 1.0) / (count + 8.0);
        let mut turn = 0.0;
        for source in sources {
            let target = target_of(source);
            let interval = self.spread_over(target);
            self.unqueue(target);
            // Evenly: by chance alone some seconds would have twice as many as others.
            let place = (turn + (self.random)()) / count;
            self.due.set(source, now + place * part * interval);
            turn += 1.0;
        }
    }

    /// Over how long the next polls of many such come: the longest interval. First polls have others soon after them,
    /// which come on top: over three quarters as much again.
    fn spread_over(&self, target: Target) -> f64 {
        let first = match target {
            Target::Job(number) => self.jobs.get(number).and_then(|job| {
                job.subscribers.first().or_else(|| self.projects.get(job.project?)?.watches.first())
            }),
            Target::List(project) => self.projects.get(project).and_then(|project| {
                project.watches.first().or_else(|| self.jobs.get(*project.jobs.first()?)?.subscribers.first())
            }),
        };
        let Some(subscriber) = first.and_then(|id| self.subscriber(*id)) else { return 0.0 };
        subscriber.bounds().max * if subscriber.wait.polls() == 0 { 1.75 } else { 1.0 }
    }

    /// Finds out anew how the jobs of a project are polled at least cost.
    pub(super) fn choose(&mut self, number: usize) {
        let Some(project) = self.projects.get_mut(number) else { return };
        project.worth = cost::list_limit(project, project.waited, self.job_bytes).is_some();
        let rests = project.rests_until > self.now;
        let by_list = !rests && if project.listening > 0 { !project.split } else { project.worth };
        let changed = project.by_list != by_list;
        project.by_list = by_list;
        let sources = if by_list { 1 } else { project.waited };
        self.sources =
            (self.sources + sources).saturating_sub(std::mem::replace(&mut project.sources, sources));
        let idle = !by_list && project.listening == 0;
        if changed {
            for job in project.jobs.clone() {
                self.reschedule(Target::Job(job));
            }
            self.reschedule(Target::List(number));
        } else if idle {
            // Nobody polls by its list.
            self.unqueue(Target::List(number));
        }
    }

    /// Nobody wants the jobs of a project polled for its watches.
    pub(super) fn unsplit(&mut self, number: usize) {
        if let Some(project) = self.projects.get_mut(number) {
            project.split = false;
        }
        for number in self.project_jobs(number) {
            let Some(job) = self.jobs.get_mut(number) else { continue };
            job.watch_due = f64::INFINITY;
            if let Some(request) = job.request {
                self.abort_unless_wanted(request);
            }
            self.drop_job(number);
        }
        self.choose(number);
    }
}

/// Whether a list may have a job: Get Job told of its project since the job was asked for, and the list was not had.
fn may_have(told: u64, answered: u64, joined: u64) -> bool {
    told > joined && answered < joined
}

/// With the longest timeout and the most retries of both.
fn widen(all: &mut RetryPolicy, one: &RetryPolicy) {
    all.timeout_ms = all.timeout_ms.max(one.timeout_ms);
    all.max_retries = all.max_retries.max(one.max_retries);
}
