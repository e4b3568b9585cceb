//! Drives the hub of a client: makes its requests, keeps its timer, passes on what it says.

use super::abort::{Listener, Signal};
use super::client::Inner;
use super::clock::Clock;
use super::failure::{Failure, Stop};
use super::jobs::{self, Seen};
use super::js;
use super::page;
use super::slot::Slot;
use super::timer::Timer;
use super::waiter::{Kind, Waiter};
use crate::core::hub::{Aim, Hub, MemberId, News, RequestId, Send};
use crate::core::retry::Patience;
use crate::core::route::Endpoint;
use crate::core::wait::Rules;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

/// The number of one that is not in the hub, or not any more.
const NOBODY: MemberId = MemberId::MAX;

/// A timer, and the moment that it is set for.
type Alarm = (f64, Timer);

pub struct Watcher {
    hub: RefCell<Hub>,
    /// By their number in the hub.
    waiters: RefCell<Vec<Option<Rc<Waiter>>>>,
    flights: RefCell<Vec<(RequestId, Rc<Slot<Stop>>)>>,
    clock: Clock,
    /// For the next poll.
    wake: RefCell<Option<Alarm>>,
    /// For the next wait to give up. A timer of its own, set once: it is exact however many polls come between.
    deadline: RefCell<Option<Alarm>>,
    page: RefCell<Vec<Listener>>,
    stepping: Cell<bool>,
}

impl Default for Watcher {
    fn default() -> Self {
        Self {
            hub: RefCell::new(Hub::new(Box::new(js_sys::Math::random))),
            waiters: RefCell::default(),
            flights: RefCell::default(),
            clock: Clock::default(),
            wake: RefCell::default(),
            deadline: RefCell::default(),
            page: RefCell::default(),
            stepping: Cell::new(false),
        }
    }
}

impl Inner {
    /// Starts a wait or a watch.
    pub fn join(
        self: &Rc<Self>,
        aim: &Aim,
        rules: Rules,
        patience: Patience,
        kind: Kind,
        signal: Option<Signal>,
    ) -> Rc<Waiter> {
        let watcher = &self.watcher;
        let listening = matches!(kind, Kind::Wait(_));
        let (Aim::Job(id) | Aim::Project(id)) = aim;
        let waiter = Rc::new(Waiter {
            member: Cell::new(NOBODY),
            id: id.clone(),
            kind,
            known: RefCell::default(),
            last_error: RefCell::default(),
            settled: Cell::new(false),
            listener: RefCell::default(),
        });
        if let Some(reason) = signal.as_ref().and_then(Signal::reason) {
            waiter.settle(Err(Stop::Aborted(reason)));
            return waiter;
        }
        let member = watcher.hub.borrow_mut().join(aim, rules, patience, listening, watcher.clock.now());
        waiter.member.set(member);
        {
            let mut waiters = watcher.waiters.borrow_mut();
            while waiters.len() <= member {
                waiters.push(None);
            }
            if let Some(place) = waiters.get_mut(member) {
                *place = Some(Rc::clone(&waiter));
            }
        }
        if let Some(signal) = signal {
            let (inner, weak) = (Rc::downgrade(self), Rc::downgrade(&waiter));
            waiter.listener.replace(Some(signal.on_abort(move |reason| {
                if let (Some(inner), Some(waiter)) = (inner.upgrade(), weak.upgrade()) {
                    inner.stop(&waiter, Err(Stop::Aborted(reason)));
                }
            })));
        }
        self.step_soon();
        waiter
    }

    /// Ends a wait or a watch from outside.
    pub fn stop(self: &Rc<Self>, waiter: &Waiter, result: Result<JsValue, Stop>) {
        waiter.settle(result);
        self.step_soon();
    }

    /// A watch is asked for its next value.
    pub fn listen(self: &Rc<Self>, waiter: &Waiter) {
        let watcher = &self.watcher;
        watcher.hub.borrow_mut().listen(waiter.member.get(), true, watcher.clock.now());
        self.step_soon();
    }

    /// Ends everything, at once.
    pub fn stop_all(self: &Rc<Self>, stop: &Stop) {
        // Counted first: what is borrowed in the head of a loop stays so in its body.
        let members = self.watcher.waiters.borrow().len();
        for member in 0..members {
            if let Some(waiter) = self.waiter(member) {
                waiter.settle(Err(stop.clone()));
            }
        }
        self.step();
    }

    /// Takes out those who have ended.
    fn sweep(&self) {
        let members = self.watcher.waiters.borrow().len();
        for member in 0..members {
            if self.waiter(member).is_some_and(|waiter| waiter.settled.get()) {
                self.forget(member);
                self.watcher.hub.borrow_mut().leave(member);
            }
        }
    }

    fn waiter(&self, member: MemberId) -> Option<Rc<Waiter>> {
        self.watcher.waiters.borrow().get(member)?.clone()
    }

    fn forget(&self, member: MemberId) -> Option<Rc<Waiter>> {
        let mut waiters = self.watcher.waiters.borrow_mut();
        let waiter = waiters.get_mut(member).and_then(Option::take);
        while waiters.last().is_some_and(Option::is_none) {
            waiters.pop();
        }
        if let Some(waiter) = &waiter {
            waiter.member.set(NOBODY);
        }
        waiter
    }

    /// Steps once all that happens together has happened: waits started together are seen together.
    fn step_soon(self: &Rc<Self>) {
        if !self.watcher.stepping.replace(true) {
            let inner = Rc::clone(self);
            js::spawn(Box::pin(async move { inner.step() }));
        }
    }

    fn step(self: &Rc<Self>) {
        let watcher = &self.watcher;
        watcher.stepping.set(false);
        self.sweep();
        self.attend_page();
        self.notice_sleep();
        let now = watcher.clock.now();
        let step = watcher.hub.borrow_mut().step(now);
        for request in step.abort {
            if let Some(flight) = self.landed(request) {
                flight.fill(Stop::Aborted(JsValue::UNDEFINED));
            }
        }
        for send in step.send {
            let (inner, cancel) = (Rc::clone(self), Rc::new(Slot::default()));
            watcher.flights.borrow_mut().push((send.request, Rc::clone(&cancel)));
            js::spawn(Box::pin(async move { inner.fly(send, &cancel).await }));
        }
        self.set(|watcher| &watcher.wake, step.wake, now);
        self.set(|watcher| &watcher.deadline, step.deadline, now);
        for told in step.expired {
            if let Some(waiter) = self.forget(told.member) {
                waiter.expire(&told);
                // It may have ended others with it.
                self.step_soon();
            }
        }
    }

    /// Sets a timer for a moment, unless it is.
    fn set(self: &Rc<Self>, alarm: fn(&Watcher) -> &RefCell<Option<Alarm>>, moment: f64, now: f64) {
        let place = alarm(&self.watcher);
        let set = place.borrow().as_ref().map_or(f64::INFINITY, |(moment, _)| *moment);
        if set.to_bits() == moment.to_bits() {
            return;
        }
        // The old one is cleared first.
        place.take();
        if moment.is_finite() {
            let inner = Rc::clone(self);
            let timer = Timer::new(moment - now, move || {
                alarm(&inner.watcher).take();
                inner.watcher.clock.reached(moment);
                inner.step();
            });
            place.replace(Some((moment, timer)));
        }
    }

    /// Listens to the page's life while somebody waits.
    fn attend_page(self: &Rc<Self>) {
        let watcher = &self.watcher;
        let idle = watcher.hub.borrow().is_empty();
        if idle {
            watcher.page.take();
        } else if self.http.in_page && watcher.page.borrow().is_empty() {
            watcher.hub.borrow_mut().set_offline(page::is_offline());
            watcher.clock.awake();
            let weak: Weak<Self> = Rc::downgrade(self);
            watcher.page.replace(page::listen(move |offline| {
                if let Some(inner) = weak.upgrade() {
                    inner.watcher.hub.borrow_mut().set_offline(offline);
                    inner.step_soon();
                }
            }));
        }
    }

    /// Has polls that a sleep kept from being made be due. Before anything else: a sleep counts for what was due then.
    fn notice_sleep(&self) {
        let watcher = &self.watcher;
        if !watcher.page.borrow().is_empty() {
            watcher.hub.borrow_mut().slept(watcher.clock.slept());
        }
    }

    fn landed(&self, request: RequestId) -> Option<Rc<Slot<Stop>>> {
        let mut flights = self.watcher.flights.borrow_mut();
        let at = flights.iter().position(|(flight, _)| *flight == request)?;
        Some(flights.swap_remove(at).1)
    }

    /// Makes one request of the hub, until it is answered or nobody waits for it any more.
    async fn fly(self: Rc<Self>, send: Send, cancel: &Slot<Stop>) {
        let reply = self.http.request(send.endpoint, &send.id, send.patience, cancel).await;
        let result = match reply {
            Err(Stop::Aborted(_)) => return,
            Err(Stop::Failed(failure)) => Err(failure),
            Ok(reply) => {
                let seen = match send.endpoint {
                    Endpoint::GetJob => jobs::seen_of(&reply, &send.id).map(|job| vec![job]),
                    Endpoint::ListJobs => jobs::all_seen_of(&reply),
                };
                seen.map(|seen| (seen, reply.retry_after))
            }
        };
        self.landed(send.request);
        self.deliver(&send, result);
        self.step();
    }

    fn deliver(self: &Rc<Self>, send: &Send, result: Result<(Vec<Seen>, Option<f64>), Failure>) {
        self.notice_sleep();
        let watcher = &self.watcher;
        let now = watcher.clock.now();
        let (told, seen) = {
            let mut hub = watcher.hub.borrow_mut();
            match &result {
                Err(failure) => (hub.failed(send.request, &failure.error, now), [].as_slice()),
                Ok((seen, retry_after)) => {
                    let told = match (send.endpoint, seen.first()) {
                        (Endpoint::GetJob, Some(job)) => {
                            hub.job_answered(send.request, &job.project(), &job.facts, *retry_after, now)
                        }
                        _ => hub.list_answered(send.request, seen, *retry_after, now),
                    };
                    (told, seen.as_slice())
                }
            }
        };
        // Those who have left the hub are taken out before any callback runs: it may start waits that take their place.
        let mut waiters = Vec::with_capacity(told.len());
        for told in &told {
            let waiter = if told.news.ends() { self.forget(told.member) } else { self.waiter(told.member) };
            waiters.push(waiter);
        }
        for (told, waiter) in told.iter().zip(&waiters) {
            let Some(waiter) = waiter.as_ref().filter(|waiter| !waiter.settled.get()) else {
                continue; // ended by another's callback
            };
            if let (News::Failed { ends }, Err(failure)) = (&told.news, &result) {
                if *ends {
                    waiter.settle(Err(Stop::Failed(failure.clone())));
                } else {
                    waiter.last_error.replace(Some(failure.clone()));
                }
                continue;
            }
            if waiter.tell(told, seen) && !waiter.settled.get() {
                if waiter.is_dropped() {
                    waiter.settle(Ok(JsValue::UNDEFINED)); // the step that follows takes it out
                }
                watcher.hub.borrow_mut().listen(waiter.member.get(), false, now);
            }
        }
    }
}
