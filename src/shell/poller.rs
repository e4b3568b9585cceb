//! Drives the coordinator of a client: makes its requests, keeps its timer, passes on what it says.

use super::abort::{Listener, Signal};
use super::client::Inner;
use super::clock::Clock;
use super::failure::{Failure, StopReason};
use super::jobs::{self, CheckedJob};
use super::js;
use super::oneshot::Oneshot;
use super::page;
use super::subscription::{Subscription, SubscriptionKind};
use super::timer::Timer;
use crate::core::coordinator::{
    Concurrency, Outcome, PollCoordinator, PollRequest, RequestId, SubscriberId, WatchTarget,
};
use crate::core::retry::RetryPolicy;
use crate::core::route::Endpoint;
use crate::core::wait::WaitConfig;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

/// The number of one that is not in the coordinator, or not any more.
const NOBODY: SubscriberId = SubscriberId::MAX;

/// A timer, and the moment that it is set for.
type Alarm = (f64, Timer);

pub struct Poller {
    coordinator: RefCell<PollCoordinator>,
    /// By their number in the coordinator.
    subscriptions: RefCell<Vec<Option<Rc<Subscription>>>>,
    in_flight: RefCell<Vec<(RequestId, Rc<Oneshot<StopReason>>)>>,
    clock: Clock,
    /// For the next poll.
    wake: RefCell<Option<Alarm>>,
    /// For the next wait to give up. A timer of its own, set once: it is exact however many polls come between.
    deadline: RefCell<Option<Alarm>>,
    page: RefCell<Vec<Listener>>,
    stepping: Cell<bool>,
}

impl Poller {
    pub fn new(concurrency: Concurrency) -> Self {
        Self {
            coordinator: RefCell::new(PollCoordinator::new(Box::new(js_sys::Math::random), concurrency)),
            subscriptions: RefCell::default(),
            in_flight: RefCell::default(),
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
        target: &WatchTarget,
        config: WaitConfig,
        retry_policy: RetryPolicy,
        kind: SubscriptionKind,
        signal: Option<Signal>,
    ) -> Rc<Subscription> {
        let poller = &self.poller;
        let listening = matches!(kind, SubscriptionKind::Wait(_));
        let (WatchTarget::Job(id) | WatchTarget::Project(id)) = target;
        let subscription = Rc::new(Subscription {
            subscriber: Cell::new(NOBODY),
            id: id.clone(),
            kind,
            known: RefCell::default(),
            last_error: RefCell::default(),
            settled: Cell::new(false),
            listener: RefCell::default(),
        });
        if let Some(reason) = signal.as_ref().and_then(Signal::reason) {
            subscription.settle(Err(StopReason::Aborted(reason)));
            return subscription;
        }
        let subscriber =
            poller.coordinator.borrow_mut().join(target, config, retry_policy, listening, poller.clock.now());
        subscription.subscriber.set(subscriber);
        {
            let mut subscriptions = poller.subscriptions.borrow_mut();
            while subscriptions.len() <= subscriber {
                subscriptions.push(None);
            }
            if let Some(place) = subscriptions.get_mut(subscriber) {
                *place = Some(Rc::clone(&subscription));
            }
        }
        if let Some(signal) = signal {
            let (inner, weak) = (Rc::downgrade(self), Rc::downgrade(&subscription));
            subscription.listener.replace(Some(signal.on_abort(move |reason| {
                if let (Some(inner), Some(subscription)) = (inner.upgrade(), weak.upgrade()) {
                    inner.stop(&subscription, Err(StopReason::Aborted(reason)));
                }
            })));
        }
        self.step_soon();
        subscription
    }

    /// Ends a wait or a watch from outside.
    pub fn stop(self: &Rc<Self>, subscription: &Subscription, result: Result<JsValue, StopReason>) {
        subscription.settle(result);
        self.step_soon();
    }

    /// A watch is asked for its next value.
    pub fn listen(self: &Rc<Self>, subscription: &Subscription) {
        let poller = &self.poller;
        poller.coordinator.borrow_mut().listen(subscription.subscriber.get(), true, poller.clock.now());
        self.step_soon();
    }

    /// Ends everything, at once.
    pub fn stop_all(self: &Rc<Self>, stop: &StopReason) {
        // Counted first: what is borrowed in the head of a loop stays so in its body.
        let subscribers = self.poller.subscriptions.borrow().len();
        for subscriber in 0..subscribers {
            if let Some(subscription) = self.subscription(subscriber) {
                subscription.settle(Err(stop.clone()));
            }
        }
        self.step();
    }

    /// Takes out those who have ended.
    fn sweep(&self) {
        let subscribers = self.poller.subscriptions.borrow().len();
        for subscriber in 0..subscribers {
            if self.subscription(subscriber).is_some_and(|subscription| subscription.settled.get()) {
                self.forget(subscriber);
                self.poller.coordinator.borrow_mut().leave(subscriber);
            }
        }
    }

    fn subscription(&self, subscriber: SubscriberId) -> Option<Rc<Subscription>> {
        self.poller.subscriptions.borrow().get(subscriber)?.clone()
    }

    fn forget(&self, subscriber: SubscriberId) -> Option<Rc<Subscription>> {
        let mut subscriptions = self.poller.subscriptions.borrow_mut();
        let subscription = subscriptions.get_mut(subscriber).and_then(Option::take);
        while subscriptions.last().is_some_and(Option::is_none) {
            subscriptions.pop();
        }
        if let Some(subscription) = &subscription {
            subscription.subscriber.set(NOBODY);
        }
        subscription
    }

    /// Steps once all that happens together has happened: waits started together are seen together.
    fn step_soon(self: &Rc<Self>) {
        if !self.poller.stepping.replace(true) {
            let inner = Rc::clone(self);
            js::spawn(Box::pin(async move { inner.step() }));
        }
    }

    fn step(self: &Rc<Self>) {
        let poller = &self.poller;
        poller.stepping.set(false);
        self.sweep();
        self.attend_page();
        self.notice_sleep();
        let now = poller.clock.now();
        let actions = poller.coordinator.borrow_mut().step(now);
        for request in actions.abort {
            if let Some(in_flight) = self.take_in_flight(request) {
                in_flight.fill(StopReason::Aborted(JsValue::UNDEFINED));
            }
        }
        for request in actions.send {
            let (inner, cancel) = (Rc::clone(self), Rc::new(Oneshot::default()));
            poller.in_flight.borrow_mut().push((request.request, Rc::clone(&cancel)));
            js::spawn(Box::pin(async move { inner.run_request(request, &cancel).await }));
        }
        self.set(|poller| &poller.wake, actions.wake, now);
        self.set(|poller| &poller.deadline, actions.deadline, now);
        for told in actions.expired {
            if let Some(subscription) = self.forget(told.subscriber) {
                subscription.expire(&told);
                // It may have ended others with it.
                self.step_soon();
            }
        }
    }

    /// Sets a timer for a moment, unless it is.
    fn set(self: &Rc<Self>, alarm: fn(&Poller) -> &RefCell<Option<Alarm>>, moment: f64, now: f64) {
        let place = alarm(&self.poller);
        let set = place.borrow().as_ref().map_or(f64::INFINITY, |(moment, _)| *moment);
        if set.to_bits() == moment.to_bits() {
            return;
        }
        // The old one is cleared first.
        place.take();
        if moment.is_finite() {
            let inner = Rc::clone(self);
            let timer = Timer::new(moment - now, move || {
                alarm(&inner.poller).take();
                inner.poller.clock.reached(moment);
                inner.step();
            });
            place.replace(Some((moment, timer)));
        }
    }

    /// Listens to the page's life while somebody waits.
    fn attend_page(self: &Rc<Self>) {
        let poller = &self.poller;
        let idle = poller.coordinator.borrow().is_empty();
        if idle {
            poller.page.take();
        } else if self.http.in_page && poller.page.borrow().is_empty() {
            poller.coordinator.borrow_mut().set_offline(page::is_offline());
            poller.clock.awake();
            let weak: Weak<Self> = Rc::downgrade(self);
            poller.page.replace(page::listen(move |offline| {
                if let Some(inner) = weak.upgrade() {
                    inner.poller.coordinator.borrow_mut().set_offline(offline);
                    inner.step_soon();
                }
            }));
        }
    }

    /// Has polls that a sleep kept from being made be due. Before anything else: a sleep counts for what was due then.
    fn notice_sleep(&self) {
        let poller = &self.poller;
        if !poller.page.borrow().is_empty() {
            poller.coordinator.borrow_mut().slept(poller.clock.slept());
        }
    }

    fn take_in_flight(&self, request: RequestId) -> Option<Rc<Oneshot<StopReason>>> {
        let mut in_flight = self.poller.in_flight.borrow_mut();
        let at = in_flight.iter().position(|(in_flight, _)| *in_flight == request)?;
        Some(in_flight.swap_remove(at).1)
    }

    /// Makes one request of the coordinator, until it is answered or nobody waits for it any more.
    async fn run_request(self: Rc<Self>, request: PollRequest, cancel: &Oneshot<StopReason>) {
        let reply = self.http.request(request.endpoint, &request.id, request.retry_policy, cancel).await;
        let result = match reply {
            Err(StopReason::Aborted(_)) => return,
            Err(StopReason::Failed(failure)) => Err(failure),
            Ok(reply) => {
                let seen = match request.endpoint {
                    Endpoint::GetJob => jobs::checked_job_of(&reply, &request.id).map(|job| vec![job]),
                    Endpoint::ListJobs => jobs::checked_jobs_of(&reply),
                };
                seen.map(|seen| (seen, reply.bytes, reply.retry_after))
            }
        };
        self.take_in_flight(request.request);
        self.deliver(&request, result);
        self.step();
    }

    fn deliver(
        self: &Rc<Self>,
        request: &PollRequest,
        result: Result<(Vec<CheckedJob>, f64, Option<f64>), Failure>,
    ) {
        self.notice_sleep();
        let poller = &self.poller;
        let now = poller.clock.now();
        let (told, seen) = {
            let mut coordinator = poller.coordinator.borrow_mut();
            match &result {
                Err(failure) => (coordinator.failed(request.request, &failure.error, now), [].as_slice()),
                Ok((seen, bytes, retry_after)) => {
                    let told = match (request.endpoint, seen.first()) {
                        (Endpoint::GetJob, Some(job)) => coordinator.job_received(
                            request.request,
                            &job.project(),
                            &job.snapshot,
                            *bytes,
                            *retry_after,
                            now,
                        ),
                        _ => coordinator.list_received(request.request, seen, *bytes, *retry_after, now),
                    };
                    (told, seen.as_slice())
                }
            }
        };
        // Those who have left the coordinator are taken out before any callback runs: it may start waits that take their place.
        let mut subscriptions = Vec::with_capacity(told.len());
        for told in &told {
            let subscription = if told.outcome.ends() {
                self.forget(told.subscriber)
            } else {
                self.subscription(told.subscriber)
            };
            subscriptions.push(subscription);
        }
        for (told, subscription) in told.iter().zip(&subscriptions) {
            let Some(subscription) = subscription.as_ref().filter(|subscription| !subscription.settled.get())
            else {
                continue; // ended by another's callback
            };
            if let (Outcome::Failed { ends }, Err(failure)) = (&told.outcome, &result) {
                if *ends {
                    subscription.settle(Err(StopReason::Failed(failure.clone())));
                } else {
                    subscription.tell_failure(told, failure);
                }
                continue;
            }
            if subscription.tell(told, seen) && !subscription.settled.get() {
                if subscription.is_dropped() {
                    subscription.settle(Ok(JsValue::UNDEFINED)); // the step that follows takes it out
                }
                poller.coordinator.borrow_mut().listen(subscription.subscriber.get(), false, now);
            }
        }
    }
}
