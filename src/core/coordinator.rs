//! Many waits, few requests: what a client's waits and watches ask for together.
//!
//! Waits on one job share Get Job. Waits on several jobs of a project, and watches of it, share List Jobs, so
//! that the cost grows with projects and not with jobs. Like [`Wait`], no clock and no I/O: what happened goes
//! in, and [`PollCoordinator::step`] says what to do.

use super::job::JobSnapshot;
use super::retry::RetryPolicy;
use super::route::Endpoint;
use super::wait::{End, Wait, WaitConfig, WatchedJob};
use projects::Projects;
use std::collections::BinaryHeap;
use std::rc::Rc;
use subscriber::{Subscriber, SubscriberState};

mod projects;
mod requests;
mod responses;
mod subscriber;
#[cfg(test)]
mod tests;

/// Requests of one client's waits in flight at once.
#[derive(Clone, Copy, Debug)]
pub struct Concurrency {
    /// As long as no response has shown that the waits are of many projects.
    pub initial: usize,
    /// Never more than these.
    pub most: usize,
}

/// A wait or a watch in the coordinator.
pub type SubscriberId = usize;
/// A request that the coordinator asked for.
pub type RequestId = u32;

/// What to do now.
#[derive(Debug)]
pub struct Actions {
    /// Requests to make.
    pub send: Vec<PollRequest>,
    /// Requests that nobody waits for any more.
    pub abort: Vec<RequestId>,
    /// Requests that slept before another attempt and may make it now.
    pub resume: Vec<RequestId>,
    /// Waits that reached their deadline and have left.
    pub expired: Vec<Notification>,
    /// When the next poll is due if nothing happens; infinity: none is.
    pub wake: f64,
    /// When the next wait gives up; infinity: none does.
    pub deadline: f64,
}

/// A request to make.
#[derive(Clone, Debug)]
pub struct PollRequest {
    pub request: RequestId,
    pub endpoint: Endpoint,
    pub id: Rc<str>,
    pub retry_policy: RetryPolicy,
}

/// What a subscriber is to be told.
#[derive(Debug)]
pub struct Notification {
    pub subscriber: SubscriberId,
    pub outcome: Outcome,
    /// Polls made, failed ones included.
    pub polls: u32,
    /// Since the start, in ms.
    pub elapsed: f64,
    /// Estimated time to the end of the job, in ms.
    pub eta: Option<f64>,
    /// When the next poll is due, in ms from now; `None` after the last.
    pub next_poll: Option<f64>,
}

/// What became of a poll.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// The job is number `index` in the answer. Not `fresh`: that is older than what is known. With an `end`
    /// the subscriber has left.
    Job { index: usize, fresh: bool, end: Option<End> },
    /// The job became known by another way than a poll: number 0 of what was learnt, and newer than what was known.
    /// With an `end` the subscriber has left.
    Learnt { end: Option<End> },
    /// The whole list.
    Project,
    /// One job of the watched project, number `index` in the response; the others are as they were.
    ProjectJob { index: usize },
    /// It failed; `ends`: the subscriber has left.
    Failed { ends: bool },
    /// The time is over.
    Expired,
}

impl Outcome {
    /// Whether the subscriber has left with it.
    pub fn ends(&self) -> bool {
        matches!(
            self,
            Self::Job { end: Some(_), .. }
                | Self::Learnt { end: Some(_) }
                | Self::Failed { ends: true }
                | Self::Expired
        )
    }
}

/// What a subscriber polls.
#[derive(Clone, Debug)]
pub enum WatchTarget {
    Job(Rc<str>),
    Project(Rc<str>),
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq)]
enum RequestKey {
    Job(Rc<str>),
    List(usize),
}

/// A request that is under way.
#[derive(Debug)]
struct InFlight {
    request: RequestId,
    target: RequestKey,
    /// How many wait for it.
    subscribers: usize,
    /// It sleeps before another attempt, and holds no place.
    sleeps: bool,
    /// It has slept, and wants a place again.
    wakes: bool,
}

/// A job of a list, as far as the coordinator cares.
pub trait ListedJob {
    fn id(&self) -> &Rc<str>;
    fn snapshot(&self) -> &JobSnapshot;
    /// All of it, the same for the same fields in any order: asked for where changes are told by a hash.
    fn text(&self) -> String;
}

/// Ids with their places, in the order of the ids and then of the places.
pub struct Index<'a>(pub Vec<(&'a str, usize)>);

impl<'a> Index<'a> {
    /// Of so many ids, `id` telling which is at a place.
    pub fn new(count: usize, id: &dyn Fn(usize) -> Option<&'a str>) -> Self {
        // By a heap: the smallest code that sorts.
        let mut places = Vec::with_capacity(count);
        for place in 0..count {
            places.push((id(place).unwrap_or_default(), place));
        }
        Self(BinaryHeap::from(places).into_sorted_vec())
    }

    /// The first place of an id.
    pub fn first(&self, id: &str) -> Option<usize> {
        let at = self.0.partition_point(|(other, _)| *other < id);
        self.0.get(at).filter(|(other, _)| *other == id).map(|(_, place)| *place)
    }
}

/// All waits and watches of one client.
pub struct PollCoordinator {
    subscribers: Vec<Option<Subscriber>>,
    /// The places of `subscribers` that nobody has.
    free: Vec<SubscriberId>,
    projects: Projects,
    in_flight: Vec<InFlight>,
    aborted: Vec<RequestId>,
    next_request: RequestId,
    /// Counts what happens: tells before from after, however coarse the clock.
    tick: u64,
    /// Members that are due and whose project no answer has told yet.
    unresolved: usize,
    /// Lists in a row that were tried for a unresolved in vain.
    failed_guesses: u32,
    offline: bool,
    concurrency: Concurrency,
    random: Box<dyn FnMut() -> f64>,
}

impl PollCoordinator {
    /// An empty coordinator; `random` gives numbers in [0, 1).
    pub fn new(random: Box<dyn FnMut() -> f64>, concurrency: Concurrency) -> Self {
        Self {
            subscribers: Vec::new(),
            free: Vec::new(),
            projects: Projects::default(),
            in_flight: Vec::new(),
            aborted: Vec::new(),
            next_request: 0,
            tick: 0,
            unresolved: 0,
            failed_guesses: 0,
            offline: false,
            concurrency,
            random,
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
        let state = match target {
            WatchTarget::Job(id) => SubscriberState::Job {
                id: id.clone(),
                watched: WatchedJob::default(),
                project: None,
                unlisted: false,
            },
            WatchTarget::Project(id) => {
                SubscriberState::Project { index: self.projects.place(id), jobs: Vec::new() }
            }
        };
        let (wait, joined) = (Wait::new(config, now), self.tick());
        let subscriber = Some(Subscriber { state, wait, retry_policy, joined, listening, in_flight: None });
        let free = self.free.pop();
        if let Some((id, place)) = free.and_then(|id| Some((id, self.subscribers.get_mut(id)?))) {
            *place = subscriber;
            return id;
        }
        self.subscribers.push(subscriber);
        self.subscribers.len() - 1
    }

    /// Removes a subscriber. The request in in_flight is aborted if nobody else waits for it.
    pub fn leave(&mut self, id: SubscriberId) {
        let Some(request) = self.vacate(id).and_then(|subscriber| subscriber.in_flight) else { return };
        let Some(at) = self.in_flight.iter().position(|in_flight| in_flight.request == request) else {
            return;
        };
        let subscribers = self.in_flight.get_mut(at).map_or(0, |in_flight| {
            in_flight.subscribers = in_flight.subscribers.saturating_sub(1);
            in_flight.subscribers
        });
        if subscribers == 0 {
            self.in_flight.swap_remove(at);
            self.aborted.push(request);
        }
    }

    /// Whether a watch is asked for its next value. The first time starts it; later, a poll that came due meanwhile
    /// is due at once.
    pub fn listen(&mut self, id: SubscriberId, listening: bool, now: f64) {
        if let Some(Some(subscriber)) = self.subscribers.get_mut(id) {
            if listening && !subscriber.listening && subscriber.wait.polls() == 0 {
                subscriber.wait = Wait::new(*subscriber.wait.config(), now);
            }
            subscriber.listening = listening;
        }
    }

    /// Without a network polls wait, and failures do not count.
    pub fn set_offline(&mut self, offline: bool) {
        self.offline = offline;
    }

    /// The machine slept for so many ms, in which this coordinator's time stood still: polls are due that much earlier.
    /// Deadlines are not: they are times that a wait was awake for.
    pub fn slept(&mut self, ms: f64) {
        for subscriber in self.subscribers.iter_mut().flatten() {
            subscriber.wait.slept(ms);
        }
        self.projects.slept(ms);
    }

    /// A request sleeps before another attempt, and holds no place meanwhile. `retry_after`: what the server asked for.
    pub fn request_sleeps(&mut self, request: RequestId, retry_after: Option<f64>, now: f64) {
        let _ = (retry_after, now);
        for in_flight in &mut self.in_flight {
            if in_flight.request == request {
                in_flight.sleeps = true;
            }
        }
    }

    /// A request has slept and wants to go on: a step that has a place for it says so in [`Actions::resume`].
    pub fn request_wakes(&mut self, request: RequestId) {
        for in_flight in &mut self.in_flight {
            if in_flight.request == request {
                in_flight.wakes = true;
            }
        }
    }

    /// Something happened to a job or in a project: who waits for it polls as soon as the floor and Retry-After allow.
    /// Many of these are one poll. Gives whether anybody waits for it.
    pub fn nudge(&mut self, id: &str, now: f64) -> bool {
        let mut known = false;
        for subscriber in self.subscribers.iter_mut().flatten() {
            let concerned = match &subscriber.state {
                SubscriberState::Job { id: job, project, .. } => {
                    **job == *id
                        || project
                            .and_then(|index| self.projects.get(index))
                            .is_some_and(|project| *project.id == *id)
                }
                SubscriberState::Project { index, .. } => {
                    self.projects.get(*index).is_some_and(|project| *project.id == *id)
                }
            };
            if concerned {
                known = true;
                subscriber.wait.nudge(now);
            }
        }
        known
    }

    /// What a list of a project's jobs weighs, in bytes, from whoever had one.
    pub fn list_weighs(&mut self, project: &str, bytes: f64) {
        let _ = (project, bytes);
    }

    /// A job's state that became known by another way than a poll: told to who waits for it, unless they know a newer
    /// one. Their next poll comes soon.
    pub fn learn(
        &mut self,
        job: &str,
        project: &Rc<str>,
        snapshot: &JobSnapshot,
        now: f64,
    ) -> Vec<Notification> {
        let _ = project;
        let mut all = Vec::new();
        for (id, place) in self.subscribers.iter_mut().enumerate() {
            let Some(subscriber) = place else { continue };
            let SubscriberState::Job { id: own, watched, .. } = &mut subscriber.state else { continue };
            if **own != *job || !watched.observe(now, snapshot) {
                continue;
            }
            let end = watched.end(subscriber.wait.config());
            subscriber.wait.nudge(now + subscriber.wait.config().floor);
            all.push(subscriber.told(id, Outcome::Learnt { end }, now));
        }
        for told in &mut all {
            if told.outcome.ends() {
                self.leave(told.subscriber);
            } else if let Some(Some(subscriber)) = self.subscribers.get(told.subscriber) {
                let due = self.due(subscriber);
                told.next_poll = Some((due - now).max(0.0)).filter(|_| due.is_finite());
            }
        }
        all
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.subscribers.is_empty()
    }

    /// What to do at `now`.
    pub fn step(&mut self, now: f64) -> Actions {
        let expired = self.expire(now);
        self.refresh();
        self.join_in_flight(now);
        let mut send = Vec::new();
        let mut resume = Vec::new();
        let mut places = self.concurrency.initial;
        for in_flight in &self.in_flight {
            if !in_flight.sleeps {
                places = places.saturating_sub(1);
            }
        }
        for in_flight in &mut self.in_flight {
            if in_flight.wakes && places > 0 {
                places -= 1;
                (in_flight.sleeps, in_flight.wakes) = (false, false);
                resume.push(in_flight.request);
            }
        }
        while places > 0
            && let Some(target) = self.next_target(now)
        {
            if let Some(request) = self.start_request(target, now) {
                send.push(request);
                places -= 1;
            }
        }
        let (mut wake, mut deadline) = (f64::INFINITY, f64::INFINITY);
        for subscriber in self.subscribers.iter().flatten().filter(|subscriber| subscriber.listening) {
            deadline = deadline.min(subscriber.wait.deadline());
            let due = self.due(subscriber);
            if due > now {
                wake = wake.min(due);
            }
        }
        Actions { send, abort: std::mem::take(&mut self.aborted), resume, expired, wake, deadline }
    }

    /// Removes those whose time is over. A watch that nobody asks for a value learns it when it is asked.
    fn expire(&mut self, now: f64) -> Vec<Notification> {
        let mut expired = Vec::new();
        for (id, place) in self.subscribers.iter().enumerate() {
            if let Some(subscriber) = place
                && subscriber.listening
                && subscriber.wait.deadline() <= now
            {
                expired.push(subscriber.told(id, Outcome::Expired, now));
            }
        }
        for told in &expired {
            self.leave(told.subscriber);
        }
        expired
    }

    /// Finds out anew which projects are in use, and which are shared.
    fn refresh(&mut self) {
        let listed = self.in_flight.iter().filter_map(|in_flight| match in_flight.target {
            RequestKey::List(index) => Some(index),
            RequestKey::Job(_) => None,
        });
        self.projects.refresh(listed, self.subscribers.iter().flatten());
    }

    fn vacate(&mut self, id: SubscriberId) -> Option<Subscriber> {
        let subscriber = self.subscribers.get_mut(id)?.take()?;
        self.free.push(id);
        if self.free.len() == self.subscribers.len() {
            self.free.clear();
            self.subscribers.clear();
        }
        Some(subscriber)
    }

    fn tick(&mut self) -> u64 {
        self.tick += 1;
        self.tick
    }
}
