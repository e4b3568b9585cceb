//! What every request of a client has in common, and what drives a request.

use super::base::Base;
use super::exchange::{
    Ended, LARGEST_BODY, Outcome, Reply, Task, emit_error, emit_retry, ending, sleep, start, turn,
};
use super::failure::{Failure, StopReason};
use super::jobs::CheckedJob;
use super::js;
use super::places::Places;
use super::secret::KeySource;
use super::subscription::Subscription;
use super::task::spawn;
use super::timer::Timer;
use crate::core::coordinator::WatchTarget;
use crate::core::error::Error;
use crate::core::request::{Action, Event, Request};
use crate::core::retry::{FailureKind, RetryPolicy};
use crate::core::route::Operation;
use js_sys::Function;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// A client's settings, as far as requests depend on them.
pub struct Http {
    /// Where the API is.
    pub base: Base,
    /// Where the key comes from.
    pub key: KeySource,
    /// Undefined: the global one.
    pub custom_fetch: Option<Function>,
    /// The second argument of `fetch`, without what each attempt has of its own.
    pub init: JsValue,
    /// The caller's `onEvent`.
    pub on_event: Option<Function>,
    /// Whether a page or its worker runs this.
    pub in_page: bool,
    /// The places that requests of a page take.
    pub places: Places,
}

/// How a request's sleep before another attempt stands.
pub enum Sleep {
    /// It begins; the delay that Retry-After set, in ms.
    Begins(Option<f64>),
    /// It is over: [`Stop::go_on`] is waited for.
    Over,
}

/// What ends a request before it completes.
#[derive(Default)]
pub struct Stop {
    reason: RefCell<Option<StopReason>>,
    /// What the request waits for.
    task: RefCell<Option<Task>>,
    /// Of a poll: it holds none of the few places while it sleeps.
    on_sleep: Option<Box<dyn Fn(Sleep)>>,
    /// Of a poll: the jobs of its response, as they are checked.
    pub jobs: RefCell<Vec<CheckedJob>>,
    /// Of a poll that lists a project: a watch of it.
    watch: Option<Rc<Subscription>>,
    /// Of a poll: a body that is longer is not worth reading, in bytes.
    most_bytes: Option<f64>,
}

impl Stop {
    /// For a poll: after a sleep it waits for [`Self::go_on`], and it reads at most so many bytes of its body.
    /// `watch`: one of the project that it lists.
    pub fn of_poll(most_bytes: f64, on_sleep: Box<dyn Fn(Sleep)>, watch: Option<Rc<Subscription>>) -> Self {
        Self { on_sleep: Some(on_sleep), most_bytes: Some(most_bytes.floor()), watch, ..Self::default() }
    }

    /// A job of the response was checked: kept for a poll.
    pub fn take_job(&self, job: JsValue) {
        if self.most_bytes.is_some() {
            let mut job = CheckedJob::new(job);
            if let Some(watch) = &self.watch {
                watch.recognise(&mut job);
            }
            self.jobs.borrow_mut().push(job);
        }
    }

    /// Ends the request; only the first reason counts.
    pub fn stop(&self, reason: StopReason) {
        self.reason.borrow_mut().get_or_insert(reason);
        self.end_task(ending::STOPPED);
    }

    /// Has a request that slept make its next attempt.
    pub fn go_on(&self) {
        self.end_task(ending::TIMED_OUT);
    }

    fn end_task(&self, ending: u32) {
        // Borrowed no longer: whoever listens to the request's own signal may call back.
        let task = self.task.borrow().clone();
        if let Some(task) = task {
            task.end(ending);
        }
    }

    /// Whether it was ended from outside.
    pub fn is_stopped(&self) -> bool {
        self.reason.borrow().is_some()
    }
}

/// What a request is about.
pub fn subject(operation: &Operation, id: &str) -> WatchTarget {
    if operation.lists { WatchTarget::Project(id.into()) } else { WatchTarget::Job(id.into()) }
}

impl Http {
    /// Makes attempts until a response is accepted, nothing more can be done, or it is stopped.
    async fn request(
        &self,
        operation: &'static Operation,
        id: &str,
        retry_policy: RetryPolicy,
        stop: &Rc<Stop>,
    ) -> Result<Reply, StopReason> {
        let subject = subject(operation, id);
        let url = self.base.url(operation, id).map_err(|failure| failure.ends(&subject))?;
        let url = JsValue::from_str(&url);
        let most_bytes = stop.most_bytes.unwrap_or(LARGEST_BODY).min(LARGEST_BODY);
        let mut request = Request::new(retry_policy, operation.repeatable);
        let mut event = Event::Start;
        let mut failure: Option<Failure> = None;
        // An attempt that waits for a place among the requests of this page.
        let mut queued = None;
        loop {
            if stop.is_stopped() {
                (event, queued) = (Event::Stopped, None);
            }
            let action = queued.take().unwrap_or_else(|| {
                let unit = if matches!(event, Event::Failed { .. }) { js_sys::Math::random() } else { 0.0 };
                request.next(event, unit)
            });
            let mut place = None;
            let (task, ms) = match action {
                Action::Attempt { number, timeout_ms } => {
                    place = self.places.take();
                    if place.is_some() {
                        (self.start(js::intern(operation.method), &url, number, most_bytes), timeout_ms)
                    } else {
                        queued = Some(action);
                        (self.places.turn(), f64::INFINITY)
                    }
                }
                Action::Sleep { ms } => (sleep(), ms),
                Action::Done => break,
            };
            stop.task.replace(Some(task.clone()));
            if let (Action::Sleep { ms }, Some(failure), Some(on_event)) = (action, &failure, &self.on_event)
            {
                emit_retry(on_event, &url, request.attempts(), ms, &failure.to_js());
            }
            let sleeps = matches!(action, Action::Sleep { .. });
            if let (Event::Failed { kind, .. }, Some(on_sleep)) = (event, &stop.on_sleep)
                && sleeps
            {
                on_sleep(Sleep::Begins(kind.retry_after()));
            }
            let (fired, asleep) = (task.clone(), Rc::clone(stop));
            let end = move || match asleep.on_sleep.as_ref().filter(|_| sleeps) {
                Some(on_sleep) => on_sleep(Sleep::Over),
                None => fired.end(ending::TIMED_OUT),
            };
            let timer = queued.is_none().then(|| Timer::new(ms, !sleeps, Box::new(end)));
            let ended = Ended { task: &task, http: self, timeout_ms: ms, most_bytes };
            let is_over = queued.is_some() || sleeps;
            let mut held = Some((timer, place));
            let mut outcome = None;
            let mut promise = task.promise();
            loop {
                // Fulfilled in any case.
                let _ = JsFuture::from(promise).await;
                drop(held.take());
                if is_over || stop.is_stopped() || !ended.take(operation, id, stop, &mut outcome) {
                    break;
                }
                // Others have their turn. Outside a page there is none to be given.
                promise = if self.in_page { turn() } else { task.promise() };
            }
            event = match outcome {
                _ if queued.is_some() => continue,
                _ if stop.is_stopped() => Event::Stopped,
                None => Event::Slept,
                Some(Ok(reply)) => return Ok(reply),
                Some(Err(Outcome::Thrown(thrown))) => return Err(StopReason::Aborted(thrown)),
                Some(Err(Outcome::Failed { failure: failed, refused })) => {
                    let kind = failed.error.kind();
                    let mut failed = failed.of(&subject, &url);
                    if kind != FailureKind::Final {
                        failed = failed.after(request.attempts());
                    }
                    if request.is_ambiguous(kind, refused) {
                        failed = failed.saying("; it may have been carried out all the same");
                    }
                    failure = Some(failed);
                    Event::Failed { kind, refused }
                }
            };
        }
        match stop.reason.borrow().clone() {
            // The client that was closed knew nothing of the request.
            Some(StopReason::Failed(closed)) => return Err(closed.of(&subject, &url).into()),
            Some(aborted) => return Err(aborted),
            None => {}
        }
        // It ends by a stop or by a failure.
        let failure = failure.unwrap_or_else(|| Error::ClientClosed.into());
        if let Some(on_event) = self.on_event.as_ref().filter(|_| failure.error != Error::KeyInId) {
            emit_error(on_event, &url, request.attempts(), &failure.to_js());
        }
        Err(failure.into())
    }

    /// Makes a request, and has `done` called with what comes of it, in the async context of this call.
    pub fn send(
        self: &Rc<Self>,
        operation: &'static Operation,
        id: &Rc<str>,
        retry_policy: RetryPolicy,
        stop: Rc<Stop>,
        done: Box<dyn FnOnce(Result<Reply, StopReason>)>,
    ) {
        let (http, id) = (Rc::clone(self), Rc::clone(id));
        spawn(Box::pin(async move {
            done(http.request(operation, &id, retry_policy, &stop).await);
        }));
    }

    /// Begins an attempt.
    fn start(&self, method: &JsValue, url: &JsValue, number: u32, most_bytes: f64) -> Task {
        let key = match &self.key {
            KeySource::None => &JsValue::UNDEFINED,
            KeySource::Literal(key) => key.bearer(),
            KeySource::Function(function) => function,
        };
        start(
            key,
            self.custom_fetch.as_ref(),
            &self.init,
            self.on_event.as_ref(),
            method,
            url,
            number,
            most_bytes,
        )
    }
}
