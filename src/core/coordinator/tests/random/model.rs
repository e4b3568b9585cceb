//! What a coordinator may do, told from outside: every step is checked against it.

use super::super::sim::{CONCURRENCY, completed, processing};
use super::{Event, FLOOR, PROJECTS, error};
use crate::core::coordinator::{
    Notification, Outcome, PollCoordinator, PollRequest, RequestId, SubscriberId, WatchTarget,
};
use crate::core::job::JobSnapshot;
use crate::core::retry::RetryPolicy;
use crate::core::route::Endpoint;
use crate::core::schedule::Bounds;
use crate::core::wait::{End, LAST_POLL_LEAD, PollInterval, WaitConfig};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What the outside knows of a subscriber.
struct Outside {
    config: WaitConfig,
    started: Option<f64>,
    /// When it was last told of a poll that it goes on after.
    told: Option<f64>,
    not_before: f64,
    /// Its next poll may come at any time: it was offline or asleep, or fell back.
    free: bool,
}

pub struct Model {
    coordinator: PollCoordinator,
    now: f64,
    wake: f64,
    offline: bool,
    in_flight: BTreeMap<RequestId, PollRequest>,
    subscribers: BTreeMap<SubscriberId, Outside>,
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
            in_flight: BTreeMap::new(),
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
        let outside = Outside { config, started, told: None, not_before: 0.0, free: false };
        assert!(self.subscribers.insert(id, outside).is_none(), "a place was given twice");
    }

    fn nth<K: Copy + Ord, V>(map: &BTreeMap<K, V>, number: usize) -> Option<K> {
        map.keys().nth(number % map.len().max(1)).copied()
    }

    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Wait { job, fixed, max_wait } => {
                let poll_interval = fixed.map_or(
                    PollInterval::Adaptive(Bounds { min: 10_000.0, max: 30_000.0 }),
                    PollInterval::Fixed,
                );
                self.join(&WatchTarget::Job(job.to_string().into()), poll_interval, max_wait, true);
            }
            Event::Watch { project, max_wait } => {
                self.join(
                    &WatchTarget::Project(PROJECTS[project].into()),
                    PollInterval::Fixed(7_000.0),
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
                    let idle = self.coordinator.subscribers[id]
                        .as_ref()
                        .is_some_and(|subscriber| subscriber.in_flight.is_none());
                    if on || idle && self.subscribers[&id].told.is_some() {
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
                self.answer(in_flight, terminal, updated, listed, retry_after);
            }
            Event::Fail { in_flight, error: number } => {
                let Some(request) = Self::nth(&self.in_flight, number.wrapping_add(in_flight)) else {
                    return;
                };
                self.in_flight.remove(&request);
                let subscribers = self.subscribers(request);
                let error = error(number);
                let told = self.coordinator.failed(request, &error, self.now);
                for rider in &subscribers {
                    if !told.iter().any(|told| told.subscriber == *rider) {
                        self.subscribers.get_mut(rider).unwrap().free = true;
                    }
                }
                self.check_news(&subscribers, &told, None);
            }
            Event::Offline(offline) => {
                self.offline = offline;
                self.coordinator.set_offline(offline);
            }
            Event::Slept(ms) => {
                self.coordinator.slept(ms);
                for subscriber in self.subscribers.values_mut() {
                    subscriber.free = true;
                    subscriber.not_before -= ms;
                }
            }
        }
    }

    fn answer(
        &mut self,
        in_flight: usize,
        terminal: bool,
        updated: f64,
        listed: usize,
        retry_after: Option<f64>,
    ) {
        let Some(request) = Self::nth(&self.in_flight, in_flight) else { return };
        let send = self.in_flight.remove(&request).unwrap();
        let subscribers = self.subscribers(request);
        let snapshot = if terminal { completed(updated) } else { processing(updated) };
        let told = match send.endpoint {
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
                self.coordinator.list_received(request, &jobs, 500.0, retry_after, self.now)
            }
        };
        for rider in &subscribers {
            if !told.iter().any(|told| told.subscriber == *rider) {
                self.subscribers.get_mut(rider).unwrap().free = true; // the list lacks it: Get Job, at once
            }
        }
        for told in &told {
            if let Outcome::Job { fresh: true, end, .. } = told.outcome {
                assert_eq!(end == Some(End::Terminal), terminal, "a terminal job ends a wait, no other does");
            }
        }
        self.check_news(&subscribers, &told, retry_after);
    }

    fn subscribers(&self, request: RequestId) -> Vec<SubscriberId> {
        let flying = |id: &&SubscriberId| {
            self.coordinator.subscribers[**id].as_ref().unwrap().in_flight == Some(request)
        };
        self.subscribers.keys().filter(flying).copied().collect()
    }

    fn check_news(&mut self, subscribers: &[SubscriberId], told: &[Notification], retry_after: Option<f64>) {
        for told in told {
            assert!(subscribers.contains(&told.subscriber), "outcome for one that the request was not for");
            let outside = self.subscribers.get_mut(&told.subscriber).expect("outcome for one that has left");
            assert_eq!(told.elapsed.to_bits(), (self.now - outside.started.unwrap()).to_bits());
            if told.outcome.ends() {
                self.subscribers.remove(&told.subscriber);
                assert!(self.coordinator.subscribers.get(told.subscriber).is_none_or(Option::is_none));
                continue;
            }
            (outside.told, outside.free) = (Some(self.now), false);
            outside.not_before = outside.not_before.max(self.now + retry_after.unwrap_or(0.0));
            let due = self.coordinator.subscribers[told.subscriber].as_ref().unwrap().wait.due();
            let cap = match outside.config.poll_interval {
                PollInterval::Fixed(interval) => interval,
                PollInterval::Adaptive(bounds) => bounds.max,
            };
            assert!(due >= self.now + FLOOR && due >= outside.not_before, "sooner than allowed");
            if due.is_finite() {
                assert!(due <= (self.now + cap).max(outside.not_before), "later than the longest interval");
            } else {
                let last = outside.started.unwrap() + outside.config.max_wait - LAST_POLL_LEAD;
                assert!(last < (self.now + FLOOR).max(outside.not_before), "no last poll");
            }
        }
    }

    pub fn step(&mut self) {
        let step = self.coordinator.step(self.now);
        for request in step.abort {
            assert!(self.in_flight.remove(&request).is_some(), "aborted what was not in in_flight");
        }
        for told in step.expired {
            let outside = self.subscribers.remove(&told.subscriber).expect("expired after leaving");
            assert_eq!(told.outcome, Outcome::Expired);
            assert!(outside.started.unwrap() + outside.config.max_wait <= self.now);
        }
        for send in step.send {
            assert!(!self.offline);
            let subscribers = self.subscribers(send.request);
            let may = |id: &SubscriberId| {
                let outside = &self.subscribers[id];
                let rested = outside.told.is_none_or(|told| self.now >= told + FLOOR);
                outside.free || rested && self.now >= outside.not_before
            };
            assert!(subscribers.iter().any(may), "a request that nobody is due for");
            let twin = |other: &PollRequest| other.endpoint == send.endpoint && other.id == send.id;
            assert!(!self.in_flight.values().any(twin), "the same twice at once");
            self.in_flight.insert(send.request, send);
        }
        self.wake = step.wake.min(step.deadline);
        assert!(self.wake > self.now);
        self.check_state();
    }

    pub fn all_leave(mut self) {
        while let Some((subscriber, _)) = self.subscribers.pop_first() {
            self.coordinator.leave(subscriber);
            self.step();
        }
        assert!(self.coordinator.is_empty() && self.in_flight.is_empty());
    }

    fn check_state(&self) {
        assert!(self.in_flight.len() <= CONCURRENCY.most);
        for request in self.in_flight.keys() {
            let subscribers = self.subscribers(*request).len();
            let in_flight =
                self.coordinator.in_flight.iter().find(|in_flight| in_flight.request == *request).unwrap();
            assert!(subscribers > 0, "a request that nobody waits for");
            assert_eq!(subscribers, in_flight.subscribers);
        }
        assert_eq!(self.coordinator.in_flight.len(), self.in_flight.len());
        for (id, outside) in &self.subscribers {
            let subscriber = self.coordinator.subscribers[*id].as_ref().unwrap();
            if let Some(request) = subscriber.in_flight {
                assert!(self.in_flight.contains_key(&request) && subscriber.listening);
            }
            if subscriber.listening {
                let deadline = outside.started.unwrap() + outside.config.max_wait;
                assert!(deadline > self.now && self.wake <= deadline, "a deadline that is missed");
                let starved = self.coordinator.due(subscriber) <= self.now;
                assert!(!starved || self.in_flight.len() == CONCURRENCY.most, "due, and not asked for");
                let due = self.coordinator.due(subscriber);
                assert!(due <= self.now || self.wake <= due, "it sleeps longer than a poll allows");
            }
        }
        if !self.coordinator.subscribers.iter().flatten().any(|subscriber| subscriber.listening) {
            assert!(self.in_flight.is_empty() && self.wake.is_infinite(), "at work for nobody");
        }
        assert_eq!(self.coordinator.is_empty(), self.subscribers.is_empty());
    }
}
