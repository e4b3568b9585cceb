//! What a hub may do, told from outside: every step is checked against it.

use super::super::sim::{completed, processing};
use super::{Event, FLOOR, PROJECTS, error};
use crate::core::hub::{Aim, Hub, MOST_IN_FLIGHT, MemberId, News, RequestId, Send, Told};
use crate::core::job::Facts;
use crate::core::retry::Patience;
use crate::core::route::Endpoint;
use crate::core::schedule::Bounds;
use crate::core::wait::{End, LAST_POLL_LEAD, Pace, Rules};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What the outside knows of a member.
struct Outside {
    rules: Rules,
    started: Option<f64>,
    /// When it was last told of a poll that it goes on after.
    told: Option<f64>,
    not_before: f64,
    /// Its next poll may come at any time: it was offline or asleep, or fell back.
    free: bool,
}

pub struct Model {
    hub: Hub,
    now: f64,
    wake: f64,
    offline: bool,
    flights: BTreeMap<RequestId, Send>,
    members: BTreeMap<MemberId, Outside>,
}

impl Model {
    pub fn new(seed: u64) -> Self {
        let mut state = seed | 1;
        let random = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let hub = Hub::new(Box::new(random));
        Self {
            hub,
            now: 0.0,
            wake: f64::INFINITY,
            offline: false,
            flights: BTreeMap::new(),
            members: BTreeMap::new(),
        }
    }

    fn join(&mut self, aim: &Aim, pace: Pace, max_wait: Option<f64>, listening: bool) {
        let max_wait = max_wait.unwrap_or(f64::INFINITY);
        let rules = Rules {
            pace,
            floor: FLOOR,
            initial_delay: 0.0,
            max_wait,
            max_poll_errors: 2,
            throw_on_blocked: false,
        };
        let id = self.hub.join(aim, rules, Patience { timeout_ms: 1.0, max_retries: 0 }, listening, self.now);
        let started = listening.then_some(self.now);
        let outside = Outside { rules, started, told: None, not_before: 0.0, free: false };
        assert!(self.members.insert(id, outside).is_none(), "a place was given twice");
    }

    fn nth<K: Copy + Ord, V>(map: &BTreeMap<K, V>, number: usize) -> Option<K> {
        map.keys().nth(number % map.len().max(1)).copied()
    }

    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Wait { job, fixed, max_wait } => {
                let pace = fixed.map_or(Pace::Adaptive(Bounds { min: 10_000.0, max: 30_000.0 }), Pace::Fixed);
                self.join(&Aim::Job(job.to_string().into()), pace, max_wait, true);
            }
            Event::Watch { project, max_wait } => {
                self.join(&Aim::Project(PROJECTS[project].into()), Pace::Fixed(7_000.0), max_wait, false);
            }
            Event::Leave(number) => {
                if let Some(id) = Self::nth(&self.members, number) {
                    self.members.remove(&id);
                    self.hub.leave(id);
                }
            }
            Event::Listen(number, on) => {
                if let Some(id) = Self::nth(&self.members, number) {
                    // A watch pauses when a poll gave it a value.
                    let idle = self.hub.members[id].as_ref().is_some_and(|member| member.flight.is_none());
                    if on || idle && self.members[&id].told.is_some() {
                        self.hub.listen(id, on, self.now);
                        let outside = self.members.get_mut(&id).unwrap();
                        if on && outside.started.is_none() {
                            outside.started = Some(self.now); // the first time starts it
                        }
                    }
                }
            }
            Event::Pass(ms) => self.now = (self.now + ms).min(self.wake),
            Event::Wake => self.now = if self.wake.is_finite() { self.wake } else { self.now + 1.0 },
            Event::Answer { flight, terminal, updated, listed, retry_after } => {
                self.answer(flight, terminal, updated, listed, retry_after);
            }
            Event::Fail { flight, error: number } => {
                let Some(request) = Self::nth(&self.flights, number.wrapping_add(flight)) else { return };
                self.flights.remove(&request);
                let riders = self.riders(request);
                let error = error(number);
                let told = self.hub.failed(request, &error, self.now);
                for rider in &riders {
                    if !told.iter().any(|told| told.member == *rider) {
                        self.members.get_mut(rider).unwrap().free = true;
                    }
                }
                self.check_news(&riders, &told, None);
            }
            Event::Offline(offline) => {
                self.offline = offline;
                self.hub.set_offline(offline);
            }
            Event::Slept(ms) => {
                self.hub.slept(ms);
                for member in self.members.values_mut() {
                    member.free = true;
                    member.not_before -= ms;
                }
            }
        }
    }

    fn answer(
        &mut self,
        flight: usize,
        terminal: bool,
        updated: f64,
        listed: usize,
        retry_after: Option<f64>,
    ) {
        let Some(request) = Self::nth(&self.flights, flight) else { return };
        let send = self.flights.remove(&request).unwrap();
        let riders = self.riders(request);
        let facts = if terminal { completed(updated) } else { processing(updated) };
        let told = match send.endpoint {
            Endpoint::GetJob => {
                let project = PROJECTS[send.id.parse::<usize>().unwrap() % PROJECTS.len()];
                self.hub.job_answered(request, &project.into(), &facts, retry_after, self.now)
            }
            Endpoint::ListJobs => {
                let jobs: Vec<(Rc<str>, Facts)> =
                    (0..listed).map(|job| (job.to_string().into(), facts)).collect();
                self.hub.list_answered(request, &jobs, retry_after, self.now)
            }
        };
        for rider in &riders {
            if !told.iter().any(|told| told.member == *rider) {
                self.members.get_mut(rider).unwrap().free = true; // the list lacks it: Get Job, at once
            }
        }
        for told in &told {
            if let News::Job { fresh: true, end, .. } = told.news {
                assert_eq!(end == Some(End::Terminal), terminal, "a terminal job ends a wait, no other does");
            }
        }
        self.check_news(&riders, &told, retry_after);
    }

    fn riders(&self, request: RequestId) -> Vec<MemberId> {
        let flying = |id: &&MemberId| self.hub.members[**id].as_ref().unwrap().flight == Some(request);
        self.members.keys().filter(flying).copied().collect()
    }

    fn check_news(&mut self, riders: &[MemberId], told: &[Told], retry_after: Option<f64>) {
        for told in told {
            assert!(riders.contains(&told.member), "news for one that the request was not for");
            let outside = self.members.get_mut(&told.member).expect("news for one that has left");
            assert_eq!(told.elapsed.to_bits(), (self.now - outside.started.unwrap()).to_bits());
            if told.news.ends() {
                self.members.remove(&told.member);
                assert!(self.hub.members.get(told.member).is_none_or(Option::is_none));
                continue;
            }
            (outside.told, outside.free) = (Some(self.now), false);
            outside.not_before = outside.not_before.max(self.now + retry_after.unwrap_or(0.0));
            let due = self.hub.members[told.member].as_ref().unwrap().wait.due();
            let cap = match outside.rules.pace {
                Pace::Fixed(interval) => interval,
                Pace::Adaptive(bounds) => bounds.max,
            };
            assert!(due >= self.now + FLOOR && due >= outside.not_before, "sooner than allowed");
            if due.is_finite() {
                assert!(due <= (self.now + cap).max(outside.not_before), "later than the longest interval");
            } else {
                let last = outside.started.unwrap() + outside.rules.max_wait - LAST_POLL_LEAD;
                assert!(last < (self.now + FLOOR).max(outside.not_before), "no last poll");
            }
        }
    }

    pub fn step(&mut self) {
        let step = self.hub.step(self.now);
        for request in step.abort {
            assert!(self.flights.remove(&request).is_some(), "aborted what was not in flight");
        }
        for told in step.expired {
            let outside = self.members.remove(&told.member).expect("expired after leaving");
            assert_eq!(told.news, News::Expired);
            assert!(outside.started.unwrap() + outside.rules.max_wait <= self.now);
        }
        for send in step.send {
            assert!(!self.offline);
            let riders = self.riders(send.request);
            let may = |id: &MemberId| {
                let outside = &self.members[id];
                let rested = outside.told.is_none_or(|told| self.now >= told + FLOOR);
                outside.free || rested && self.now >= outside.not_before
            };
            assert!(riders.iter().any(may), "a request that nobody is due for");
            let twin = |other: &Send| other.endpoint == send.endpoint && other.id == send.id;
            assert!(!self.flights.values().any(twin), "the same twice at once");
            self.flights.insert(send.request, send);
        }
        self.wake = step.wake.min(step.deadline);
        assert!(self.wake > self.now);
        self.check_state();
    }

    pub fn all_leave(mut self) {
        while let Some((member, _)) = self.members.pop_first() {
            self.hub.leave(member);
            self.step();
        }
        assert!(self.hub.is_empty() && self.flights.is_empty());
    }

    fn check_state(&self) {
        assert!(self.flights.len() <= MOST_IN_FLIGHT);
        for request in self.flights.keys() {
            let riders = self.riders(*request).len();
            let flight = self.hub.flights.iter().find(|flight| flight.request == *request).unwrap();
            assert!(riders > 0, "a request that nobody waits for");
            assert_eq!(riders, flight.riders);
        }
        assert_eq!(self.hub.flights.len(), self.flights.len());
        for (id, outside) in &self.members {
            let member = self.hub.members[*id].as_ref().unwrap();
            if let Some(request) = member.flight {
                assert!(self.flights.contains_key(&request) && member.listening);
            }
            if member.listening {
                let deadline = outside.started.unwrap() + outside.rules.max_wait;
                assert!(deadline > self.now && self.wake <= deadline, "a deadline that is missed");
                let starved = self.hub.due(member) <= self.now;
                assert!(!starved || self.flights.len() == MOST_IN_FLIGHT, "due, and not asked for");
                let due = self.hub.due(member);
                assert!(due <= self.now || self.wake <= due, "it sleeps longer than a poll allows");
            }
        }
        if !self.hub.members.iter().flatten().any(|member| member.listening) {
            assert!(self.flights.is_empty() && self.wake.is_infinite(), "at work for nobody");
        }
        assert_eq!(self.hub.is_empty(), self.members.is_empty());
    }
}
