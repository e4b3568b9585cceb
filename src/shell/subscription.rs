//! One wait or watch as JavaScript sees it: its notifications, and how it ends.

use super::abort::Listener;
use super::failure::{Failure, StopReason};
use super::jobs::{CheckedJob, same};
use super::js::{self, nullable};
use super::objects;
use super::task::{Deferred, Runner, call};
use crate::core::coordinator::{
    Index, ListedJob, Notification, Outcome, Resumable, SubscriberId, WatchTarget,
};
use crate::core::error::Error;
use crate::core::history;
use crate::core::known::KnownProject;
use crate::core::state::{JobState, KnownJob, ProjectState};
use crate::core::wait::End;
use js_sys::{Date, Function};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

mod project;

/// A wait: a promise, and the callbacks that run meanwhile.
pub struct Callbacks {
    /// Called with each change.
    pub on_update: Option<Function>,
    /// Called with each poll that had a response.
    pub on_poll: Option<Function>,
    /// Called with each failed poll that the wait survives.
    pub on_poll_error: Option<Function>,
    /// A terminal job without a result is an error.
    pub throw_on_failure: bool,
    /// What the caller awaits.
    pub promise: Deferred,
    /// The waits of the same call.
    pub group: Rc<Group>,
}

/// The waits of one call: the first that fails ends all of them.
pub struct Group {
    /// Those that have not been dropped.
    pub subscribers: RefCell<Vec<Weak<Subscription>>>,
    /// The async context of the call, kept where there are callbacks.
    context: Option<Runner>,
    /// The function that is called with what a callback threw.
    report: JsValue,
}

impl Group {
    /// To be made in the call.
    pub fn new(calls_back: bool) -> Self {
        Self {
            subscribers: RefCell::default(),
            context: calls_back.then(Runner::default),
            report: if calls_back { js::reporter() } else { JsValue::UNDEFINED },
        }
    }
}

/// A watch: the calls of `next` that have no value yet, and what the next one gets.
pub struct Queue {
    /// Also a poll without a change is a value.
    pub every_poll: bool,
    /// Over a project: whether it ends with the last active job.
    pub stop_when_idle: bool,
    /// A store's function for the failures that it survives.
    pub on_poll_error: Option<Function>,
    /// The calls of `next` that wait for a value, the first first.
    pub waiting: RefCell<Vec<Deferred>>,
    /// What ended it, for the call of `next` that was not there at the time.
    pub ending: RefCell<Option<StopReason>>,
    /// Nobody holds the iterator any more.
    pub dropped: Cell<bool>,
}

/// What a caller has of a subscription.
pub enum SubscriptionKind {
    /// A promise and callbacks.
    Wait(Callbacks),
    /// An async iterator or a store.
    Watch(Queue),
}

/// What was reported to the caller before, in the terms of a state.
#[derive(Default)]
pub enum Reported {
    /// Nothing was.
    #[default]
    Nothing,
    /// By the wait that this one goes on from: the hash of the job, as in a state.
    Job(u32),
    /// Of a project; its times are the wall clock's.
    Project(KnownProject),
}

/// A wait or watch of a caller: the JavaScript side of a subscriber in the coordinator.
pub struct Subscription {
    /// Its number in the coordinator.
    pub subscriber: Cell<SubscriberId>,
    /// The job or project.
    pub target: WatchTarget,
    /// What the caller has of it.
    pub kind: SubscriptionKind,
    /// What is known, if anything: the job, or the jobs of the project.
    pub known: RefCell<Option<Vec<CheckedJob>>>,
    /// Where in it which job of the project is.
    pub by_id: RefCell<Index>,
    /// The last failed poll since the last good one.
    pub last_error: RefCell<Option<Failure>>,
    /// What was reported before, by an earlier process too.
    pub reported: RefCell<Reported>,
    /// It has ended; the next step takes it out of the coordinator.
    pub settled: Cell<bool>,
    /// The poller's list of those that have ended.
    pub ended: Rc<RefCell<Vec<SubscriberId>>>,
    /// What listens to the caller's signal, until it ends.
    pub listener: RefCell<Option<Listener>>,
}

impl Subscription {
    /// A job of a list that is being received, for a watch of the project: one that is as it was is the same object again,
    /// which is told at a glance, and of any other what it takes to tell it is read. Both cost as much as reading the job,
    /// so it is done job by job as they come, and not for all of them when they are told.
    pub fn recognise(&self, job: &mut CheckedJob) {
        let known = self.known.borrow();
        let place = self.by_id.borrow().first(&job.id);
        let known = place.and_then(|place| known.as_ref()?.get(place));
        // The link of a terminal job may be signed anew.
        if let Some(known) = known.filter(|known| !job.snapshot.terminal() && same(known, job)) {
            job.clone_from(known);
        }
        job.hash();
        job.created();
    }

    /// Passes on what became of a poll. Gives whether a watch has had its next value, and pauses.
    pub fn notify(&self, notification: &Notification, jobs: &[CheckedJob]) -> bool {
        match &notification.outcome {
            Outcome::Job { index, fresh, end } => {
                self.notify_job(notification, jobs.get(*index), *fresh, *end)
            }
            Outcome::Learnt { end } => self.notify_job(notification, jobs.first(), true, *end),
            Outcome::Project => self.notify_project(notification, jobs),
            Outcome::ProjectJob { index } => {
                jobs.get(*index).is_some_and(|job| self.notify_project_job(notification, job))
            }
            Outcome::Failed { .. } | Outcome::Expired => false,
        }
    }

    /// Reports a failed poll that it survives.
    pub fn notify_failure(&self, notification: &Notification, failure: &Failure) {
        let failure = failure.clone().ends(&self.target);
        self.last_error.replace(Some(failure.clone()));
        match &self.kind {
            SubscriptionKind::Wait(Callbacks { on_poll_error: Some(on_poll_error), group, .. }) => {
                js::notify(on_poll_error, &failure.to_js(), &group.report);
            }
            SubscriptionKind::Watch(Queue { on_poll_error: Some(on_poll_error), .. }) => {
                // A store's own, which catches what its listeners throw.
                call(on_poll_error, &failure.to_js(), &nullable(notification.next_poll));
            }
            _ => {}
        }
    }

    fn notify_job(
        &self,
        notification: &Notification,
        seen: Option<&CheckedJob>,
        fresh: bool,
        end: Option<End>,
    ) -> bool {
        self.last_error.take();
        let previous = self.known_job();
        let Some(job) = seen.filter(|_| fresh).or(previous.as_ref()).cloned() else { return false };
        let changed = fresh
            && match &previous {
                Some(previous) => !same(previous, &job),
                None => !matches!(*self.reported.borrow(), Reported::Job(hash) if hash == job.hash()),
            };
        self.known.replace(Some(vec![job.clone()]));
        let update = || -> JsValue {
            let snapshot = job.snapshot;
            let about = objects::job(
                &job.value,
                &nullable(previous.as_ref().map(|seen| seen.value.clone())),
                changed,
                snapshot.terminal(),
                history::progress(snapshot.pages, snapshot.done),
                notification.eta.filter(|_| !snapshot.terminal()),
            );
            objects::update(
                &about,
                notification.polls,
                notification.elapsed,
                notification.next_poll,
                &self.state(notification, Some(&job)),
            )
        };
        let failed = |error| Err(Failure::new(error, objects::ended(&job.value), "").into());
        let mut pauses = false;
        let throws = match &self.kind {
            SubscriptionKind::Wait(callbacks) => {
                let on_update = callbacks.on_update.as_ref().filter(|_| changed);
                let polled = !matches!(notification.outcome, Outcome::Learnt { .. });
                let on_poll = callbacks.on_poll.as_ref().filter(|_| polled);
                if on_update.is_some() || on_poll.is_some() {
                    let update = update();
                    self.call(on_update, &update, &callbacks.group);
                    self.call(on_poll, &update, &callbacks.group);
                }
                callbacks.throw_on_failure && !job.has_result()
            }
            SubscriptionKind::Watch(queue) => {
                if changed || queue.every_poll || end.is_some() {
                    pauses = queue.give(update());
                }
                false
            }
        };
        match end {
            None => {}
            Some(End::Terminal) if throws => self.settle(failed(Error::JobFailed)),
            Some(End::Terminal) => self.settle(Ok(job.value.clone())),
            Some(End::Blocked) => self.settle(failed(Error::JobBlocked)),
        }
        pauses
    }

    /// What another process goes on from.
    fn state(&self, notification: &Notification, job: Option<&CheckedJob>) -> String {
        let (Resumable { now, mut progress, job: watched }, wall) =
            (notification.resumable.clone(), Date::now());
        let (WatchTarget::Job(id) | WatchTarget::Project(id)) = &self.target;
        match (&*self.reported.borrow(), job) {
            (Reported::Project(project), _) => {
                progress.shift(wall - now);
                ProjectState { progress, project: project.clone() }.write(id, wall, wall)
            }
            (before, job) => {
                let before = if let Reported::Job(hash) = before { *hash } else { 0 };
                let hash = job.map_or(before, CheckedJob::hash);
                JobState { progress, job: KnownJob { watched, hash } }.write(id, wall, now)
            }
        }
    }

    fn known_job(&self) -> Option<CheckedJob> {
        self.known.borrow().as_ref()?.first().cloned()
    }

    /// The async context in which its callbacks are to run; `None`: any.
    pub fn context(&self) -> Option<&Runner> {
        match &self.kind {
            SubscriptionKind::Wait(callbacks) => callbacks.group.context.as_ref(),
            SubscriptionKind::Watch(_) => None,
        }
    }

    /// Runs a callback; what it throws is reported once, and the wait goes on.
    fn call(&self, callback: Option<&Function>, update: &JsValue, group: &Group) {
        if let Some(callback) = callback.filter(|_| !self.settled.get()) {
            js::notify(callback, update, &group.report);
        }
    }

    /// Whether it is a watch whose next value nobody can await any more.
    pub fn is_dropped(&self) -> bool {
        matches!(&self.kind, SubscriptionKind::Watch(queue) if queue.dropped.get())
    }

    /// Ends it; only the first end counts.
    pub fn settle(&self, result: Result<JsValue, StopReason>) {
        if self.settled.replace(true) {
            return;
        }
        self.ended.borrow_mut().push(self.subscriber.get());
        self.listener.take();
        // The request may have been made for others, and the end may be the client's.
        let result = result.map_err(|stop| stop.ends(&self.target));
        match &self.kind {
            SubscriptionKind::Wait(callbacks) => {
                if result.is_err() {
                    for other in callbacks.group.subscribers.take() {
                        if let Some(other) = other.upgrade() {
                            if !other.settled.replace(true) {
                                other.ended.borrow_mut().push(other.subscriber.get());
                            }
                            other.listener.take();
                        }
                    }
                }
                callbacks.promise.settle(result.map_err(JsValue::from));
            }
            SubscriptionKind::Watch(queue) => {
                queue.ending.replace(result.err());
                for next in queue.waiting.take() {
                    next.settle(queue.last());
                }
            }
        }
    }

    /// The error for a deadline that was reached.
    pub fn expire(&self, notification: &Notification) {
        let known = self.known_job();
        let state = self.state(notification, known.as_ref());
        let last_job = nullable(known.map(|seen| seen.value));
        let last_error = nullable(self.last_error.borrow().as_ref().map(Failure::to_js));
        let facts =
            objects::expired(&last_job, &last_error, notification.polls, notification.elapsed, &state);
        self.settle(Err(Failure::new(Error::WaitTimeout, facts, "").into()));
    }
}

impl Queue {
    /// Hands a value to the call of `next` that waits for longest. Gives whether none waits any more.
    fn give(&self, value: JsValue) -> bool {
        let waiting = &mut *self.waiting.borrow_mut();
        if !waiting.is_empty() {
            let next = waiting.remove(0);
            next.settle(Ok(objects::next(false, &value)));
        }
        waiting.is_empty()
    }

    /// What `next` gives after the end: what ended it, once; then that it is done.
    pub fn last(&self) -> Result<JsValue, JsValue> {
        match self.ending.take() {
            Some(stop) => Err(stop.into()),
            None => Ok(objects::next(true, &JsValue::UNDEFINED)),
        }
    }
}
