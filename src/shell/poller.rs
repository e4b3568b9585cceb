//! Drives the coordinator of a client: makes its requests, keeps its timer, passes on what it says.

use super::abort::{Listener, Signal};
use super::clock::Clock;
use super::failure::StopReason;
use super::host;
use super::http::{Http, Sleep, Stop};
use super::jobs::CheckedJob;
use super::subscription::{Reported, Subscription, SubscriptionKind};
use super::task::Runner;
use super::timer::Timer;
use crate::core::coordinator::{
    Concurrency, PollCoordinator, PollRequest, RequestId, SubscriberId, WatchTarget,
};
use crate::core::retry::RetryPolicy;
use crate::core::route::Endpoint;
use crate::core::state::{JobState, ProjectState};
use crate::core::wait::WaitConfig;
use js_sys::Date;
use responses::Received;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

mod responses;

/// The number of one that is not in the coordinator, or not any more.
const NOBODY: SubscriberId = SubscriberId::MAX;

/// A timer, and the moment that it is set for.
type Alarm = (f64, Timer);

/// What polls for a client's waits and watches: it carries out what a [`PollCoordinator`] decides.
pub struct Poller {
    http: Rc<Http>,
    /// Where it steps and makes its requests.
    context: Rc<Runner>,
    coordinator: RefCell<PollCoordinator>,
    /// By their number in the coordinator.
    subscriptions: RefCell<Vec<Option<Rc<Subscription>>>>,
    /// Those who have ended and are still in the coordinator.
    ended: Rc<RefCell<Vec<SubscriberId>>>,
    in_flight: RefCell<Vec<(RequestId, Rc<Stop>)>>,
    clock: Clock,
    /// For the next poll.
    wake: RefCell<Option<Alarm>>,
    /// For the next wait to give up. A timer of its own, set once: it is exact however many polls come between.
    deadline: RefCell<Option<Alarm>>,
    page: RefCell<Option<Listener>>,
    stepping: Cell<bool>,
}

impl Poller {
    /// Its clock starts now.
    pub fn new(http: Rc<Http>, concurrency: Concurrency, context: Rc<Runner>) -> Rc<Self> {
        Rc::new(Self {
            http,
            context,
            coordinator: RefCell::new(PollCoordinator::new(Box::new(js_sys::Math::random), concurrency)),
            subscriptions: RefCell::default(),
            ended: Rc::default(),
            in_flight: RefCell::default(),
            clock: Clock::default(),
            wake: RefCell::default(),
            deadline: RefCell::default(),
            page: RefCell::default(),
            stepping: Cell::new(false),
        })
    }

    /// Starts a wait or a watch.
    pub fn join(
        self: &Rc<Self>,
        target: &WatchTarget,
        config: WaitConfig,
        retry_policy: RetryPolicy,
        kind: SubscriptionKind,
        signal: Option<Signal>,
        state: Option<&str>,
    ) -> Rc<Subscription> {
        let listening = matches!(kind, SubscriptionKind::Wait(_));
        let subscription = Rc::new(Subscription {
            subscriber: Cell::new(NOBODY),
            target: target.clone(),
            kind,
            known: RefCell::default(),
            by_id: RefCell::default(),
            last_error: RefCell::default(),
            reported: RefCell::default(),
            settled: Cell::new(false),
            ended: Rc::clone(&self.ended),
            listener: RefCell::default(),
        });
        if let Some(reason) = signal.as_ref().and_then(Signal::reason) {
            subscription.settle(Err(StopReason::Aborted(reason)));
            return subscription;
        }
        let subscriber =
            self.coordinator.borrow_mut().join(target, config, retry_policy, listening, self.clock.now());
        subscription.subscriber.set(subscriber);
        self.go_on(target, &subscription, state);
        {
            let mut subscriptions = self.subscriptions.borrow_mut();
            while subscriptions.len() <= subscriber {
                subscriptions.push(None);
            }
            if let Some(place) = subscriptions.get_mut(subscriber) {
                *place = Some(Rc::clone(&subscription));
            }
        }
        if let Some(signal) = signal {
            let (poller, weak) = (Rc::downgrade(self), Rc::downgrade(&subscription));
            subscription.listener.replace(Some(signal.on_abort(move |reason| {
                if let (Some(poller), Some(subscription)) = (poller.upgrade(), weak.upgrade()) {
                    poller.stop(&subscription, Err(StopReason::Aborted(reason)));
                }
            })));
        }
        self.step_soon();
        subscription
    }

    /// Has a wait or a watch that just joined go on from a state, if it can be read.
    fn go_on(&self, target: &WatchTarget, subscription: &Subscription, state: Option<&str>) {
        let Some(state) = state else { return };
        let (subscriber, wall, now) = (subscription.subscriber.get(), Date::now(), self.clock.now());
        let mut coordinator = self.coordinator.borrow_mut();
        match target {
            WatchTarget::Job(id) => {
                let Some(JobState { progress, job }) = JobState::read(state, id, wall, now) else { return };
                // Of a job that has ended, what is had next is as good as what was had.
                let known = Some(&job.watched).filter(|job| !job.terminal());
                coordinator.go_on(subscriber, progress, known, &[]);
                subscription.reported.replace(Reported::Job(job.hash));
            }
            WatchTarget::Project(id) => {
                let Some(state) = ProjectState::read(state, id, wall, now) else { return };
                let ProjectState { progress, mut project } = state;
                coordinator.go_on(subscriber, progress, None, &project.active);
                project.shift(wall - now);
                subscription.reported.replace(Reported::Project(project));
            }
        }
    }

    /// Ends a wait or a watch from outside.
    pub fn stop(self: &Rc<Self>, subscription: &Subscription, result: Result<JsValue, StopReason>) {
        subscription.settle(result);
        self.step_soon();
    }

    /// Somebody awaits a watch's next value.
    pub fn listen(self: &Rc<Self>, subscription: &Subscription) {
        self.coordinator.borrow_mut().listen(subscription.subscriber.get(), true, self.clock.now());
        self.step_soon();
    }

    /// Ends everything, at once.
    pub fn stop_all(self: &Rc<Self>, stop: &StopReason) {
        // Counted first: what is borrowed in the head of a loop stays so in its body.
        let subscribers = self.subscriptions.borrow().len();
        for subscriber in 0..subscribers {
            if let Some(subscription) = self.subscription(subscriber) {
                subscription.settle(Err(stop.clone()));
            }
        }
        self.step();
    }

    /// Takes out those who have ended.
    fn sweep(&self) {
        for subscriber in self.ended.take() {
            if self.subscription(subscriber).is_some_and(|subscription| subscription.settled.get()) {
                self.forget(subscriber);
                self.coordinator.borrow_mut().leave(subscriber);
            }
        }
    }

    fn subscription(&self, subscriber: SubscriberId) -> Option<Rc<Subscription>> {
        self.subscriptions.borrow().get(subscriber)?.clone()
    }

    /// A watch of the project that a request lists.
    fn watch_of(&self, request: &PollRequest) -> Option<Rc<Subscription>> {
        let subscriptions = self.subscriptions.borrow();
        let all = subscriptions.iter().flatten();
        let lists = matches!(request.endpoint, Endpoint::ListJobs);
        all.filter(|_| lists)
            .find(|one| matches!(&one.target, WatchTarget::Project(id) if *id == request.id))
            .cloned()
    }

    fn forget(&self, subscriber: SubscriberId) -> Option<Rc<Subscription>> {
        let mut subscriptions = self.subscriptions.borrow_mut();
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
        if !self.stepping.replace(true) {
            let poller = Rc::clone(self);
            self.context.run(Box::new(move || poller.step()));
        }
    }

    fn step(self: &Rc<Self>) {
        self.stepping.set(false);
        self.sweep();
        self.attend_page();
        if self.http.in_page && host::is_prerendering() {
            return; // an event of the page steps again once it is shown
        }
        self.notice_surroundings();
        let now = self.clock.now();
        let actions = self.coordinator.borrow_mut().step(now);
        for request in actions.abort {
            if let Some(in_flight) = self.take_in_flight(request) {
                in_flight.stop(StopReason::Aborted(JsValue::UNDEFINED));
            }
        }
        for request in actions.send {
            let (poller, weak, id) = (Rc::clone(self), Rc::downgrade(self), request.request);
            let on_sleep = move |sleep| {
                if let Some(poller) = weak.upgrade() {
                    poller.request_sleeps(id, sleep);
                }
            };
            let watch = self.watch_of(&request);
            let stop = Rc::new(Stop::of_poll(request.limit, Box::new(on_sleep), watch));
            self.in_flight.borrow_mut().push((request.request, Rc::clone(&stop)));
            let (operation, id) = (request.endpoint.operation(), Rc::clone(&request.id));
            let (retry_policy, sent) = (request.retry_policy, Rc::clone(&stop));
            let done = Box::new(move |reply| poller.received(&request, &stop, reply));
            self.http.send(operation, &id, retry_policy, sent, done);
        }
        for request in actions.resume {
            let in_flight = self.in_flight.borrow().iter().find(|(id, _)| *id == request).cloned();
            if let Some((_, in_flight)) = in_flight {
                in_flight.go_on();
            }
        }
        self.set(|poller| &poller.wake, actions.wake, now);
        self.set(|poller| &poller.deadline, actions.deadline, now);
        for notification in actions.expired {
            if let Some(subscription) = self.forget(notification.subscriber) {
                self.pass_on(subscription, notification, None);
            }
        }
    }

    /// Sets a timer for a moment, unless it is.
    fn set(self: &Rc<Self>, alarm: fn(&Poller) -> &RefCell<Option<Alarm>>, moment: f64, now: f64) {
        let place = alarm(self);
        let set = place.borrow().as_ref().map_or(f64::INFINITY, |(moment, _)| *moment);
        if set.to_bits() == moment.to_bits() {
            return;
        }
        // The old one is cleared first.
        place.take();
        if moment.is_finite() {
            let poller = Rc::clone(self);
            let fired = Box::new(move || {
                alarm(&poller).take();
                poller.clock.reached(moment);
                // Not here: a timer has the async context of what set it.
                poller.step_soon();
            });
            place.replace(Some((moment, Timer::new(moment - now, false, fired))));
        }
    }

    /// Listens to the page's life while somebody waits.
    fn attend_page(self: &Rc<Self>) {
        let idle = self.coordinator.borrow().is_empty();
        if idle {
            self.page.take();
        } else if self.http.in_page && self.page.borrow().is_none() {
            self.clock.awake();
            let weak: Weak<Self> = Rc::downgrade(self);
            self.page.replace(Some(host::on_page_change(Box::new(move || {
                if let Some(poller) = weak.upgrade() {
                    poller.step_soon();
                }
            }))));
        }
    }

    /// Has polls that a sleep kept from being made be due. Before anything else: a sleep counts for what was due then.
    /// It also reads anew whether there is a network, since a worker gets no event when that changes.
    fn notice_surroundings(&self) {
        if self.http.in_page {
            let offline = host::is_offline() && !self.http.base.is_loopback();
            let mut coordinator = self.coordinator.borrow_mut();
            coordinator.set_offline(offline);
            coordinator.slept(self.clock.slept());
        }
    }

    fn take_in_flight(&self, request: RequestId) -> Option<Rc<Stop>> {
        let mut in_flight = self.in_flight.borrow_mut();
        let at = in_flight.iter().position(|(in_flight, _)| *in_flight == request)?;
        Some(in_flight.swap_remove(at).1)
    }

    /// A request sleeps before another attempt, or has slept: others may have its place meanwhile.
    fn request_sleeps(self: &Rc<Self>, request: RequestId, sleep: Sleep) {
        {
            let mut coordinator = self.coordinator.borrow_mut();
            match sleep {
                Sleep::Begins(retry_after) => {
                    coordinator.request_sleeps(request, retry_after, self.clock.now());
                }
                Sleep::Over => coordinator.request_wakes(request),
            }
        }
        self.step_soon();
    }

    /// Something happened to this job or in this project: who waits for it polls soon. Whether anybody does.
    pub fn nudge(self: &Rc<Self>, id: &str) -> bool {
        let known = self.coordinator.borrow_mut().nudge(id, self.clock.now());
        if known {
            self.step_soon();
        }
        known
    }

    /// How long a List Jobs response was that a caller requested, in UTF-16 units.
    pub fn list_weighs(&self, project: &str, bytes: f64) {
        self.coordinator.borrow_mut().list_weighs(project, bytes);
    }

    /// A job's state that became known by another way than a poll. `soon`: the next poll of who waits for it comes soon.
    pub fn learn(self: &Rc<Self>, job: CheckedJob, soon: bool) {
        let now = self.clock.now();
        let notifications =
            self.coordinator.borrow_mut().learn(&job.id, &job.project(), &job.snapshot, soon, now);
        self.notify_all(notifications, Ok(Received { jobs: vec![job], bytes: 0.0, retry_after: None }));
        self.step_soon();
    }
}
