//! What a coordinator may do, as seen from outside: every step is checked against it.

use super::super::sim::{CONCURRENCY, completed, processing};
use super::{Event, FLOOR, JOBS, PROJECTS, error};
use crate::core::coordinator::slab::NONE;
use crate::core::coordinator::{
    Notification, Outcome, PollCoordinator, PollRequest, RequestId, SubscriberId, WatchTarget,
};
use crate::core::job::JobSnapshot;
use crate::core::retry::RetryPolicy;
use crate::core::route::Endpoint;
use crate::core::schedule::Bounds;
use crate::core::wait::{End, LAST_POLL_LEAD, PollInterval, WaitConfig};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

mod state;

/// The longest interval that there is.
const LONGEST: f64 = 60_000.0;

/// What the outside knows of a subscriber.
struct Outside {
    /// Of the job or the project.
    id: Rc<str>,
    config: WaitConfig,
    started: Option<f64>,
    /// When it was last notified of a poll that did not end it.
    notified: Option<f64>,
    not_before: f64,
    /// Its next poll may come at any time: it was offline or asleep, or fell back.
    free: bool,
}

pub struct Model {
    coordinator: PollCoordinator,
    now: f64,
    wake: f64,
    offline: bool,
    /// No poll may come before this moment, since the response to some poll said so.
    hold: f64,
    /// What it held back comes until then, and what a list served that failed.
    spread: f64,
    in_flight: BTreeMap<RequestId, PollRequest>,
    /// Those of them that sleep before another attempt, or have slept and wait for a place.
    asleep: BTreeSet<RequestId>,
    /// What a Retry-After refused and nobody served since, and whether others were served since then.
    refused: BTreeMap<(bool, Rc<str>), bool>,
    /// The same of Get Jobs and of lists, since one was served.
    refused_kinds: BTreeMap<bool, bool>,
    /// What was refused last, and nothing served since.
    last_refused: Option<(bool, Rc<str>)>,
    /// Until when what a Retry-After refused while others were served is held back, as long as somebody is about it.
    held: BTreeMap<(bool, Rc<str>), f64>,
    subscribers: BTreeMap<SubscriberId, Outside>,
}

/// What a request is for: whether a list, and the id.
fn what(send: &PollRequest) -> (bool, Rc<str>) {
    (send.endpoint == Endpoint::ListJobs, send.id.clone())
}

impl Model {
    pub fn new(seed: u64) -> Self {
        let mut state = seed | 1;
        let random = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let coordinator = PollCoordinator::new(Box::new(random), CONCURRENCY);
        Self {
            coordinator,
            now: 0.0,
            wake: f64::INFINITY,
            offline: false,
            hold: 0.0,
            spread: 0.0,
            in_flight: BTreeMap::new(),
            asleep: BTreeSet::new(),
            refused: BTreeMap::new(),
            refused_kinds: BTreeMap::new(),
            last_refused: None,
            held: BTreeMap::new(),
            subscribers: BTreeMap::new(),
        }
    }

    fn join(
        &mut self,
        target: &WatchTarget,
        poll_interval: PollInterval,
        max_wait: Option<f64>,
        listening: bool,
    ) {
        let max_wait = max_wait.unwrap_or(f64::INFINITY);
        let config = WaitConfig {
            poll_interval,
            floor: FLOOR,
            initial_delay: 0.0,
            max_wait,
            max_poll_errors: 2,
            throw_on_blocked: false,
        };
        let id = self.coordinator.join(
            target,
            config,
            RetryPolicy { timeout_ms: 1.0, max_retries: 0 },
            listening,
            self.now,
        );
        let started = listening.then_some(self.now);
        let (WatchTarget::Job(name) | WatchTarget::Project(name)) = target;
        let outside =
            Outside { id: name.clone(), config, started, notified: None, not_before: 0.0, free: false };
        assert!(self.subscribers.insert(id, outside).is_none(), "a place was given twice");
    }

    fn nth<K: Copy + Ord, V>(map: &BTreeMap<K, V>, number: usize) -> Option<K> {
        map.keys().nth(number % map.len().max(1)).copied()
    }

    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Wait { job, fixed, max_wait } => {
                let poll_interval = fixed.map_or(
                    PollInterval::Adaptive(Bounds { min: 10_000.0, max: LONGEST }),
                    PollInterval::Fixed,
                );
                self.join(&WatchTarget::Job(job.to_string().into()), poll_interval, max_wait, true);
            }
            Event::Watch { project, max_wait } => {
                self.join(
                    &WatchTarget::Project(PROJECTS[project].into()),
                    PollInterval::Adaptive(Bounds { min: 7_000.0, max: LONGEST }),
                    max_wait,
                    false,
                );
            }
            Event::Leave(number) => {
                if let Some(id) = Self::nth(&self.subscribers, number) {
                    self.subscribers.remove(&id);
                    self.coordinator.leave(id);
                }
            }
            Event::Listen(number, on) => {
                if let Some(id) = Self::nth(&self.subscribers, number) {
                    // A watch pauses when a poll gave it a value.
                    let idle = self.coordinator.subscribers.at(id).in_flight.is_none();
                    if on || idle && self.subscribers[&id].notified.is_some() {
                        self.coordinator.listen(id, on, self.now);
                        let outside = self.subscribers.get_mut(&id).unwrap();
                        if on && outside.started.is_none() {
                            outside.started = Some(self.now); // the first time starts it
                        }
                    }
                }
            }
            Event::Pass(ms) => self.now = (self.now + ms).min(self.wake),
            Event::Wake => self.now = if self.wake.is_finite() { self.wake } else { self.now + 1.0 },
            Event::ErrorResponse { in_flight, terminal, updated, listed, retry_after } => {
                self.respond(in_flight, terminal, updated, listed, retry_after);
            }
            Event::Fail { in_flight, error: number } => {
                let Some(request) = Self::nth(&self.in_flight, number.wrapping_add(in_flight)) else {
                    return;
                };
                let subscribers = self.subscribers(request);
                let error = error(number);
                let retry_after = error.kind().retry_after();
                let notifications = self.coordinator.failed(request, &error, self.now);
                self.refuse(request, retry_after);
                self.spread_after(request);
                self.in_flight.remove(&request);
                self.asleep.remove(&request);
                for subscriber in &subscribers {
                    if !notifications.iter().any(|notification| notification.subscriber == *subscriber) {
                        self.subscribers.get_mut(subscriber).unwrap().free = true;
                    }
                }
                self.check_notifications(&subscribers, &notifications, retry_after);
            }
            Event::TooLong(number) => self.too_long(number),
            Event::Sleeps { in_flight, retry_after } => {
                let Some(request) = Self::nth(&self.in_flight, in_flight) else { return };
                self.coordinator.request_sleeps(request, retry_after, self.now);
                self.asleep.insert(request);
                self.refuse(request, retry_after);
                self.spread_after(request);
            }
            Event::Wakes(number) => {
                if let Some(request) = self.asleep.iter().nth(number % self.asleep.len().max(1)) {
                    self.coordinator.request_wakes(*request);
                }
            }
            Event::Nudge { job, number } => self.nudge(job, number),
            Event::Learn { job, terminal, updated } => self.learn(job, terminal, updated),
            Event::Weighs { project, bytes } => self.coordinator.list_weighs(PROJECTS[project], bytes),
            Event::Offline(offline) => {
                self.offline = offline;
                self.coordinator.set_offline(offline);
            }
            Event::Slept(ms) => {
                self.coordinator.slept(ms);
                self.hold -= ms;
                self.held.values_mut().for_each(|until| *until -= ms);
                for subscriber in self.subscribers.values_mut() {
                    subscriber.free = true;
                    subscriber.not_before -= ms;
                }
            }
        }
    }

    fn respond(
        &mut self,
        in_flight: usize,
        terminal: bool,
        updated: f64,
        listed: usize,
        retry_after: Option<f64>,
    ) {
        let Some(request) = Self::nth(&self.in_flight, in_flight) else { return };
        let send = self.in_flight.remove(&request).unwrap();
        self.asleep.remove(&request);
        self.refused.remove(&what(&send));
        self.refused_kinds.remove(&what(&send).0);
        self.last_refused = None;
        for others in self.refused.values_mut().chain(self.refused_kinds.values_mut()) {
            *others = true;
        }
        let mut subscribers = self.subscribers(request);
        let singly: Vec<_> = self.in_flight.keys().map(|other| (*other, self.subscribers(*other))).collect();
        let snapshot = if terminal { completed(updated) } else { processing(updated) };
        let notifications = match send.endpoint {
            Endpoint::GetJob => {
                let project = PROJECTS[send.id.parse::<usize>().unwrap() % PROJECTS.len()];
                self.coordinator.job_received(
                    request,
                    &project.into(),
                    &snapshot,
                    500.0,
                    retry_after,
                    self.now,
                )
            }
            Endpoint::ListJobs => {
                let jobs: Vec<(Rc<str>, JobSnapshot)> =
                    (0..listed).map(|job| (job.to_string().into(), snapshot)).collect();
                // Some lists are so long that watches follow their active jobs one by one.
                let bytes = if updated < 30.0 { 2e7_f64.min(send.limit) } else { 500.0 };
                self.coordinator.list_received(request, &jobs, bytes, retry_after, self.now)
            }
        };
        // A list also serves those whose Get Job hangs.
        for (other, its) in singly {
            if self.coordinator.aborted.contains(&other) {
                let job: usize = self.in_flight[&other].id.parse().unwrap();
                assert!(send.endpoint == Endpoint::ListJobs && job < listed, "given up for nothing");
                subscribers.extend(its);
            }
        }
        for subscriber in &subscribers {
            if !notifications.iter().any(|notification| notification.subscriber == *subscriber) {
                self.subscribers.get_mut(subscriber).unwrap().free = true; // the list lacks it: Get Job, at once
            }
        }
        for notification in &notifications {
            if let Outcome::Job { fresh: true, end, .. } = notification.outcome {
                assert_eq!(end == Some(End::Terminal), terminal, "a terminal job ends a wait, no other does");
            }
        }
        self.check_notifications(&subscribers, &notifications, retry_after);
    }

    fn too_long(&mut self, number: usize) {
        let lists: Vec<_> = self
            .in_flight
            .values()
            .filter(|send| send.endpoint == Endpoint::ListJobs && send.limit.is_finite())
            .collect();
        let Some(send) = lists.get(number % lists.len().max(1)) else { return };
        let (request, limit) = (send.request, send.limit);
        self.in_flight.remove(&request);
        self.asleep.remove(&request);
        for subscriber in self.subscribers(request) {
            self.subscribers.get_mut(&subscriber).unwrap().free = true;
        }
        self.coordinator.list_too_long(request, limit, self.now);
    }

    fn nudge(&mut self, job: bool, number: usize) {
        let id = if job { (number % JOBS).to_string() } else { PROJECTS[number % PROJECTS.len()].to_owned() };
        let waits = self.subscribers.values().any(|outside| *outside.id == *id);
        let nudged = self.coordinator.nudge(&id, self.now);
        // Of the waits in a project it knows those whose project was named.
        assert!(nudged || !waits, "nobody was nudged");
        assert!(nudged == waits || !job, "somebody was nudged");
    }

    /// Where a list falls back to Get Job, the jobs do not come all at once.
    fn spread_after(&mut self, request: RequestId) {
        if self.in_flight[&request].endpoint == Endpoint::ListJobs {
            self.spread = self.spread.max(self.now + 1.75 * LONGEST);
        }
    }

    fn refuse(&mut self, request: RequestId, retry_after: Option<f64>) {
        let until = self.now + retry_after.unwrap_or(0.0);
        if until <= self.now {
            return;
        }
        let what = what(&self.in_flight[&request]);
        let of_kind = self.refused_kinds.insert(what.0, self.refused_kinds.get(&what.0) == Some(&true));
        let again = self.last_refused.replace(what.clone()) == Some(what.clone());
        let alone = self.refused.insert(what.clone(), false) == Some(true) || of_kind == Some(true) || again;
        if self.coordinator.not_before >= until {
            self.hold = self.hold.max(until);
            self.spread = self.spread.max(self.hold + 1.75 * LONGEST);
        } else {
            assert!(alone, "others go on, and none was served since");
            let held = self.held.entry(what).or_insert(until);
            *held = held.max(until);
        }
    }

    fn learn(&mut self, job: usize, terminal: bool, updated: f64) {
        let snapshot = if terminal { completed(updated) } else { processing(updated) };
        let (job, project) = (job.to_string(), PROJECTS[job % PROJECTS.len()]);
        for notification in self.coordinator.learn(&job, &project.into(), &snapshot, true, self.now) {
            let outside = &self.subscribers[&notification.subscriber];
            match notification.outcome {
                Outcome::Learnt { end } => {
                    assert!(*outside.id == *job && terminal == (end == Some(End::Terminal)));
                    if end.is_some() {
                        self.subscribers.remove(&notification.subscriber);
                    } else {
                        let due = self.coordinator.subscribers.at(notification.subscriber).wait.due();
                        let soon = outside
                            .notified
                            .map_or(self.now, |notified| notified + FLOOR)
                            .max(self.now + FLOOR);
                        let soon = soon.max(outside.not_before);
                        assert!(outside.free || due <= soon || due == f64::INFINITY, "not soon");
                    }
                }
                Outcome::ProjectJob { index: 0 } => assert_eq!(&*outside.id, project),
                other => panic!("{other:?} was learnt"),
            }
        }
    }

    fn subscribers(&self, request: RequestId) -> Vec<SubscriberId> {
        let flying = |id: &&SubscriberId| self.coordinator.subscribers.at(**id).in_flight == Some(request);
        self.subscribers.keys().filter(flying).copied().collect()
    }

    fn check_notifications(
        &mut self,
        subscribers: &[SubscriberId],
        notifications: &[Box<Notification>],
        retry_after: Option<f64>,
    ) {
        for notification in notifications {
            if let Outcome::ProjectJob { index } = notification.outcome {
                let outside = &self.subscribers[&notification.subscriber];
                assert!(index == 0 && PROJECTS.contains(&&*outside.id), "a job of a project for a wait");
                continue;
            }
            assert!(
                subscribers.contains(&notification.subscriber),
                "outcome for one that the request was not for"
            );
            let outside =
                self.subscribers.get_mut(&notification.subscriber).expect("outcome for one that has left");
            assert_eq!(notification.elapsed.to_bits(), (self.now - outside.started.unwrap()).to_bits());
            if notification.outcome.ends() {
                self.subscribers.remove(&notification.subscriber);
                assert!(!self.coordinator.subscribers.has(notification.subscriber));
                continue;
            }
            if self.offline && matches!(notification.outcome, Outcome::Failed { .. }) {
                // What was lost is no poll: the next comes at once when there is a network again.
                outside.free = true;
                continue;
            }
            (outside.notified, outside.free) = (Some(self.now), false);
            outside.not_before = outside.not_before.max(self.now + retry_after.unwrap_or(0.0));
            let due = self.coordinator.subscribers.at(notification.subscriber).wait.due();
            let cap = match outside.config.poll_interval {
                PollInterval::Fixed(interval) => interval,
                PollInterval::Adaptive(bounds) => bounds.max,
            };
            // A long list comes in every third of the longest intervals, while its active jobs are polled.
            let project = self.coordinator.subscribers.at(notification.subscriber).target;
            let rest = if self.coordinator.targets.at(project).split { 2.0 * LONGEST } else { 0.0 };
            assert!(due >= self.now + FLOOR && due >= outside.not_before, "sooner than allowed");
            if due.is_finite() {
                assert!(
                    due <= (self.now + cap).max(outside.not_before) + rest,
                    "later than the longest interval"
                );
            } else {
                let last = outside.started.unwrap() + outside.config.max_wait - LAST_POLL_LEAD;
                assert!(last < (self.now + FLOOR).max(outside.not_before), "no last poll");
            }
        }
    }

    /// Nothing that is polled is queued for later than it is due.
    pub fn check_queue(&self, event: &str) {
        if self.spread > self.now || self.now < self.hold {
            return;
        }
        for target in 0..self.coordinator.targets.len() {
            let (due, queued, ready) = (
                self.coordinator.due_of(target),
                self.coordinator.due.key(target),
                self.coordinator.ready.key(target),
            );
            assert!(
                ready.is_finite() || queued <= due || queued <= self.now && due <= self.now,
                "{target} queued {queued} due {due} now {} after {event}",
                self.now
            );
        }
    }

    pub fn step(&mut self) {
        self.forget_held();
        let step = self.coordinator.step(self.now);
        for request in step.abort {
            assert!(self.in_flight.remove(&request).is_some(), "aborted what was not in in_flight");
            self.asleep.remove(&request);
        }
        for notification in step.expired {
            let outside = self.subscribers.remove(&notification.subscriber).expect("expired after leaving");
            assert_eq!(notification.outcome, Outcome::Expired);
            assert!(outside.started.unwrap() + outside.config.max_wait <= self.now);
        }
        for request in step.resume {
            assert!(self.now >= self.hold && self.asleep.remove(&request), "it did not sleep");
        }
        for send in step.send {
            let held = self.held.get(&what(&send)).copied().unwrap_or(f64::NEG_INFINITY);
            assert!(self.now >= self.hold.max(held), "a Retry-After said later");
            let subscribers = self.subscribers(send.request);
            let may = |id: &SubscriberId| {
                let outside = &self.subscribers[id];
                let rested = outside.notified.is_none_or(|notified| self.now >= notified + FLOOR);
                outside.free || rested && self.now >= outside.not_before
            };
            let for_watches = self.coordinator.flights.at(send.request).for_watches;
            assert!(for_watches || subscribers.iter().any(may), "a request that nobody is due for");
            assert!(!for_watches || send.endpoint == Endpoint::GetJob);
            let twin = |other: &PollRequest| other.endpoint == send.endpoint && other.id == send.id;
            assert!(!self.in_flight.values().any(twin), "the same twice at once");
            self.in_flight.insert(send.request, send);
        }
        self.wake = step.wake.min(step.deadline);
        assert!(self.wake > self.now);
        self.forget_held();
        self.check_state();
    }

    /// What nobody is about any more is not held back.
    fn forget_held(&mut self) {
        self.held.retain(|(is_list, id), _| self.coordinator.targets.find(*is_list, id) != NONE);
    }

    pub fn all_leave(mut self) {
        while let Some((subscriber, _)) = self.subscribers.pop_first() {
            self.coordinator.leave(subscriber);
            self.step();
        }
        assert!(self.coordinator.is_empty() && self.in_flight.is_empty());
        assert_eq!(self.coordinator.targets.len(), 0, "a job or project that nobody is about");
    }
}
