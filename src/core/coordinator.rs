//! Many waits, few requests: the requests that a client's waits and watches share.
//!
//! Waits on one job share Get Job. Waits on several jobs of a project, and watches of it, share List Jobs where that
//! costs less. Like [`Wait`], no clock and no I/O: what happened goes in, and [`PollCoordinator::step`] says what to
//! do. Whatever happens, only those whom it concerns are looked at: by the id of a job or project, and by when they
//! are due.

// Notifications are in boxes: ten thousand in one vector would need one piece of memory, which the wasm then keeps.
#![allow(clippy::vec_box)]

use super::retry::RetryPolicy;
use super::state::KnownJob;
use super::wait::{Wait, WaitConfig, WaitProgress, WatchedJob};
pub use cost::{JOB as JOB_BYTES, REQUEST as REQUEST_COST};
use flights::Flight;
pub use index::Index;
pub use messages::{
    Actions, Concurrency, ListedJob, Notification, Outcome, PollRequest, RequestId, Resumable, SubscriberId,
    WatchTarget,
};
use projects::swap_remove;
use queue::DueQueue;
use slab::{NONE, Slab};
use std::collections::BinaryHeap;
use std::rc::Rc;
use subscriber::{Subscriber, interval};
use targets::{TargetId, Targets};

mod cost;
mod due;
mod flights;
mod hints;
mod index;
mod messages;
mod projects;
mod queue;
mod requests;
mod responses;
mod slab;
mod subscriber;
mod targets;
#[cfg(test)]
mod tests;

/// What is overdue by more than this, in ms, is so by no late timer: nothing ran meanwhile (a sleep, a frozen tab).
const OVERDUE: f64 = 500.0;

/// All waits and watches of one client.
pub struct PollCoordinator {
    subscribers: Slab<Subscriber>,
    targets: Targets,
    /// Projects that no subscriber is about any more, and how long their lists were, in bytes.
    weights: Vec<(Rc<str>, f64)>,
    /// What to poll, by when it is due.
    due: DueQueue,
    /// What is due and waits for a place in flight, by when it is to get one.
    ready: DueQueue,
    /// Subscribers that listen, by their deadlines.
    deadlines: DueQueue,
    /// How many subscribers listen.
    listening: usize,
    flights: Slab<Flight>,
    /// Requests that hold a place.
    busy: usize,
    /// Requests that hold a place, by when they count as slow.
    slow_at: DueQueue,
    /// How many requests count as slow.
    slow: usize,
    /// Requests that have slept and want a place again, by when they are to get one.
    woken: DueQueue,
    aborted: Vec<RequestId>,
    /// The latest time that the shell has passed in, in ms.
    now: f64,
    /// When it last said what to do.
    stepped: f64,
    /// Counts events, so that which came first is known even where the clock is too coarse to say.
    tick: f64,
    /// Jobs whose project no response has named yet.
    unknown: usize,
    /// Jobs of unknown project that are due and wait for a place in flight.
    unresolved: usize,
    /// Lists in a row that were requested for jobs of unknown project and had none of them.
    failed_guesses: u32,
    /// Lists in flight that were requested for jobs of unknown project.
    guesses: usize,
    /// Projects that responses named while there were jobs of unknown project; kept as long as there are any.
    shown: Vec<TargetId>,
    /// Projects that were named twice meanwhile: their lists may have more of the jobs of unknown project.
    candidates: Vec<TargetId>,
    /// Sources of polls: lists of projects, and jobs that are polled by themselves, as far as their project is known.
    sources: usize,
    /// What a job's response weighs on average, in bytes.
    job_bytes: f64,
    /// No poll is made before this moment, since a Retry-After said so, in ms.
    not_before: f64,
    /// When a poll last had a response, in ticks.
    served: f64,
    /// When a Retry-After first refused a Get Job, and a list, since one was served, in ticks; infinity: not since then.
    refused: [f64; 2],
    /// What a Retry-After refused last, unless something was served since.
    last_refused: TargetId,
    /// Polls were held back until that moment, and are still to be spread, so that they do not come all at once.
    held: bool,
    offline: bool,
    concurrency: Concurrency,
    random: Box<dyn FnMut() -> f64>,
    /// How often a subscriber was looked at: tests count the work by it.
    #[cfg(test)]
    steps: std::cell::Cell<usize>,
}

impl PollCoordinator {
    /// An empty coordinator; `random` gives numbers in [0, 1).
    pub fn new(random: Box<dyn FnMut() -> f64>, concurrency: Concurrency) -> Self {
        Self {
            subscribers: Slab::new(Subscriber::nobody),
            targets: Targets::new(),
            weights: Vec::new(),
            due: DueQueue::default(),
            ready: DueQueue::default(),
            deadlines: DueQueue::default(),
            listening: 0,
            flights: Slab::new(Flight::none),
            busy: 0,
            slow_at: DueQueue::default(),
            slow: 0,
            woken: DueQueue::default(),
            aborted: Vec::new(),
            now: f64::NEG_INFINITY,
            stepped: f64::NEG_INFINITY,
            tick: 0.0,
            unknown: 0,
            unresolved: 0,
            failed_guesses: 0,
            guesses: 0,
            shown: Vec::new(),
            candidates: Vec::new(),
            sources: 0,
            job_bytes: cost::JOB,
            not_before: f64::NEG_INFINITY,
            served: 0.0,
            refused: [f64::INFINITY; 2],
            last_refused: NONE,
            held: false,
            offline: false,
            concurrency,
            random,
            #[cfg(test)]
            steps: std::cell::Cell::default(),
        }
    }

    /// Adds a wait or a watch. It polls once it listens.
    pub fn join(
        &mut self,
        target: &WatchTarget,
        config: WaitConfig,
        retry_policy: RetryPolicy,
        listening: bool,
        now: f64,
    ) -> SubscriberId {
        self.now = now;
        let (is_list, id) = match target {
            WatchTarget::Job(id) => (false, id),
            WatchTarget::Project(id) => (true, id),
        };
        let number = self.target(is_list, id);
        let mut subscriber = Subscriber::new(number, is_list, Wait::new(config, now), retry_policy);
        let joined = self.tick();
        let target = self.targets.at_mut(number);
        target.joined = joined;
        subscriber.at = target.subscribers.len();
        let id = self.subscribers.insert(Box::new(subscriber));
        target.subscribers.push(id);
        self.set_listening(id, listening);
        id
    }

    /// Has a subscriber that just joined go on where another one stopped, knowing a job or, by the hashes of their ids,
    /// those of a project.
    pub fn go_on(
        &mut self,
        id: SubscriberId,
        progress: WaitProgress,
        known: Option<&WatchedJob>,
        active: &[(u64, KnownJob)],
    ) {
        let unit = (self.random)();
        let subscriber = self.subscribers.at_mut(id);
        let Subscriber { is_watch, watched, jobs, wait, .. } = subscriber;
        *watched = known.copied().unwrap_or_default();
        let mut places = Vec::with_capacity(active.len());
        for (place, (hash, _)) in active.iter().enumerate() {
            places.push((*hash, place));
        }
        for (hash, place) in BinaryHeap::from(places).into_sorted_vec() {
            if let Some((_, job)) = active.get(place) {
                jobs.push((hash, job.watched));
            }
        }
        *wait = Wait::resume(*wait.config(), progress, unit, &|bounds| {
            interval(*is_watch, watched, jobs, bounds)
        });
        if subscriber.listening {
            self.deadlines.set(id, subscriber.wait.deadline());
        }
        self.reschedule(self.polled(id));
    }

    /// Removes a subscriber. The request in flight is aborted if nobody else waits for it.
    pub fn leave(&mut self, id: SubscriberId) {
        self.set_listening(id, false);
        let Some(subscriber) = self.subscribers.remove(id) else { return };
        let all = &mut self.targets.at_mut(subscriber.target).subscribers;
        swap_remove(all, subscriber.at);
        let lonely = subscriber.is_watch && all.is_empty();
        if let Some(moved) = all.get(subscriber.at) {
            self.subscribers.at_mut(*moved).at = subscriber.at;
        }
        if let Some(request) = subscriber.in_flight {
            self.flights.at_mut(request).waiting -= 1;
            self.abort_unless_wanted(request);
        }
        if lonely {
            self.unsplit(subscriber.target);
        }
        self.drop_target(subscriber.target);
    }

    /// Whether somebody awaits a watch's next value. The first time starts it; later, a poll that came due meanwhile
    /// is due at once.
    pub fn listen(&mut self, id: SubscriberId, listening: bool, now: f64) {
        self.now = now;
        let subscriber = self.subscribers.at_mut(id);
        if listening && !subscriber.listening && subscriber.wait.polls() == 0 {
            subscriber.wait = Wait::new(*subscriber.wait.config(), now);
        }
        self.set_listening(id, listening);
    }

    fn set_listening(&mut self, id: SubscriberId, listening: bool) {
        let subscriber = self.subscribers.at_mut(id);
        if subscriber.listening == listening || subscriber.target == NONE {
            return;
        }
        subscriber.listening = listening;
        let deadline = if listening { subscriber.wait.deadline() } else { f64::INFINITY };
        // A watch whose next value nobody awaited has missed no poll, since it wanted none.
        subscriber.overdue = deadline <= self.now;
        self.deadlines.set(id, deadline);
        let number = subscriber.target;
        let target = self.targets.at_mut(number);
        for count in [&mut self.listening, &mut target.listening] {
            *count = if listening { *count + 1 } else { *count - 1 };
        }
        let (listeners, split) = (target.listening, target.split);
        let project = if target.is_list { number } else { target.project };
        self.count_job(number);
        self.choose(project);
        // Others who wait for it are looked at when it seems to be due.
        if listeners == 0 && project != number {
            self.reschedule(number);
        }
        self.come_due(id);
        if split {
            self.reschedule_jobs(number);
        }
    }

    /// Without a network polls come at the longest interval, and failures do not count.
    pub fn set_offline(&mut self, offline: bool) {
        if self.offline != offline {
            self.offline = offline;
            self.reschedule_all();
        }
    }

    /// The machine slept for so many ms, in which this coordinator's time stood still: polls are due that much earlier.
    /// Deadlines are not: they are times that a wait was awake for.
    pub fn slept(&mut self, ms: f64) {
        if ms <= 0.0 {
            return;
        }
        for id in 0..self.subscribers.len() {
            let subscriber = self.subscribers.at_mut(id);
            subscriber.wait.slept(ms);
            subscriber.lost -= ms;
        }
        for number in 0..self.targets.len() {
            let target = self.targets.at_mut(number);
            target.listed -= ms;
            target.rests_until -= ms;
            target.held_until -= ms;
            target.watch_due -= ms;
        }
        self.not_before -= ms;
        self.reschedule_all();
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.subscribers.is_empty()
    }

    /// What to do at `now`.
    pub fn step(&mut self, now: f64) -> Actions {
        self.now = now;
        let expired = self.expire(now);
        self.stepped = now;
        let (mut send, mut resume) = (Vec::new(), Vec::new());
        let held = now < self.not_before;
        if !held {
            if std::mem::take(&mut self.held) {
                self.spread(now);
            }
            self.find_slow(now);
            while let Some(number) = self.due.take(now) {
                self.come_ready(number, now);
            }
            while self.busy < self.limit() {
                if let Some(request) = self.woken.take(self.ready.soonest()) {
                    self.hold_place(request, now);
                    resume.push(request);
                } else if let Some((number, limit)) = self.next_target(now) {
                    send.push(self.start_request(number, limit, now));
                } else if self.woken.is_empty() {
                    break;
                }
            }
        }
        if self.unresolved == 0 && self.guesses == 0 {
            self.forget_shown();
        }
        let congested = !self.ready.is_empty() || !self.woken.is_empty();
        let mut wake = self.due.soonest();
        if held {
            wake = if congested { self.not_before } else { wake.max(self.not_before) };
        } else if congested && self.busy < self.concurrency.most || self.guesses > 0 {
            wake = wake.min(self.slow_at.soonest());
        }
        if self.listening == 0 {
            // What is left in the queue is looked at once somebody listens again.
            wake = f64::INFINITY;
        }
        let deadline = self.deadlines.soonest();
        Actions { send, abort: std::mem::take(&mut self.aborted), resume, expired, wake, deadline }
    }

    /// Whether a poll comes before the end of a wait whose time is over: where nothing ran for a while (the machine
    /// slept, the page was frozen), the poll was overdue as well, and the job may have ended meanwhile. The response has
    /// the time that one attempt has, and there is one such poll. One that was in flight has just the time to be heard.
    fn comes_first(&mut self, id: SubscriberId, now: f64) -> bool {
        let subscriber = self.subscribers.at_mut(id);
        let (due, deadline) = (subscriber.wait.due(), subscriber.wait.deadline());
        let flies = subscriber.in_flight.is_some();
        // Where a step came in between, the poll was not missed: it had to wait for its place.
        let missed = if self.stepped < due && !flies { due } else { deadline };
        if now < self.not_before || subscriber.overdue || now < missed + OVERDUE {
            return false;
        }
        subscriber.overdue = true;
        self.deadlines.set(id, now + if flies { OVERDUE } else { subscriber.retry_policy.timeout_ms });
        self.come_due(id);
        true
    }

    /// Removes those whose time is over. A watch whose next value nobody awaits expires when somebody does.
    fn expire(&mut self, now: f64) -> Vec<Box<Notification>> {
        let mut expired = Vec::new();
        while let Some(id) = self.deadlines.take(now) {
            if !self.comes_first(id, now) {
                let subscriber = self.subscribers.at_mut(id);
                if subscriber.in_flight.is_some() {
                    subscriber.wait.cut(now);
                }
                expired.push(self.subscribers.at(id).notification(id, Outcome::Expired, now));
                self.leave(id);
            }
        }
        expired
    }

    fn tick(&mut self) -> f64 {
        self.tick += 1.0;
        self.tick
    }

    /// A subscriber is looked at.
    #[cfg_attr(not(test), allow(clippy::unused_self))] // only tests count
    fn looked_at(&self) {
        #[cfg(test)]
        self.steps.set(self.steps.get() + 1);
    }
}
