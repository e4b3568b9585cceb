//! The client as JavaScript holds it.

use super::abort::{Listener, Signal};
use super::failure::{Failure, StopReason};
use super::http::Http;
use super::jobs;
use super::oneshot::Oneshot;
use super::options::{self, Options};
use super::poller::Poller;
use super::settings;
use super::subscription::{Callbacks, Deferred, Group, Queue, SubscriptionKind};
use super::watch::Watch;
use crate::core::coordinator::{Concurrency, Index, WatchTarget};
use crate::core::error::Error;
use crate::core::retry::RetryPolicy;
use crate::core::route::Endpoint;
use crate::core::wait::{PollInterval, WaitConfig};
use js_sys::{Array, Promise};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

const CLIENT: &[&str] = &[
    "apiKey",
    "baseUrl",
    "fetch",
    "headers",
    "timeoutMs",
    "maxRetries",
    "pollFloorMs",
    "maxConcurrency",
    "dangerouslyAllowBrowser",
    "onEvent",
];
/// The API's documented floor between two polls, in ms.
const DEFAULT_POLL_FLOOR: f64 = 5_000.0;
/// A browser gives an origin six connections, and the page needs some itself.
const PAGE_CONCURRENCY: usize = 4;
const DEFAULT_CONCURRENCY: usize = 50;
const DEFAULT_POLL_ERRORS: u32 = 5;
const DEFAULT_PATIENCE: RetryPolicy = RetryPolicy { timeout_ms: 30_000.0, max_retries: 2 };

/// A client. Its methods borrow nothing over an await: each works on a clone of what is inside.
#[wasm_bindgen]
pub struct Client(RefCell<Option<Rc<Inner>>>);

pub struct Inner {
    pub http: Http,
    pub retry_policy: RetryPolicy,
    /// The shortest time between two polls, in ms.
    pub poll_floor: f64,
    pub poller: Poller,
    /// What ends each pending call.
    pending: RefCell<Vec<Weak<Oneshot<StopReason>>>>,
    closed: Cell<bool>,
}

/// The one place where a future becomes a promise.
fn promise(future: Pin<Box<dyn Future<Output = Result<JsValue, StopReason>>>>) -> Promise {
    future_to_promise(async { future.await.map_err(JsValue::from) })
}

#[wasm_bindgen]
impl Client {
    /// Takes the options of the contract, or throws naming the one at fault.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<Client, JsValue> {
        let inner = Inner::new(options).map_err(|failure| failure.to_js())?;
        Ok(Self(RefCell::new(Some(Rc::new(inner)))))
    }

    /// Get Job or, if `all`, List Jobs.
    pub fn request(&self, all: bool, id: JsValue, options: JsValue) -> Promise {
        let (endpoint, argument) =
            if all { (Endpoint::ListJobs, "projectId") } else { (Endpoint::GetJob, "jobId") };
        let call = (|| {
            let inner = self.inner()?;
            let id = options::id(argument, &id)?;
            let options = Options::new(options, &[options::REQUEST]);
            let (retry_policy, signal) = (inner.retry_policy.with(&options), options.signal());
            options.checked()?;
            Ok::<_, Failure>((inner, id, retry_policy, signal))
        })();
        promise(Box::pin(async move {
            let (inner, id, retry_policy, signal) = call?;
            let (stop, _listener) = inner.pend(signal)?;
            let reply = inner.http.request(endpoint, &id, retry_policy, &stop).await?;
            Ok(match endpoint {
                Endpoint::GetJob => jobs::job_of(&reply, &id)?,
                Endpoint::ListJobs => jobs::jobs_of(&reply)?.into(),
            })
        }))
    }

    /// Polls until a job is terminal or, if `all`, each of several, in their order; the first failure ends all.
    pub fn wait(&self, all: bool, ids: JsValue, options: JsValue) -> Promise {
        let start = || {
            let inner = self.inner()?;
            let ids = if all { options::ids("jobIds", &ids)? } else { vec![options::id("jobId", &ids)?] };
            let promises = inner.wait(&ids, options)?;
            Ok(if all { Promise::all(&promises) } else { promises.get(0).unchecked_into() })
        };
        start().unwrap_or_else(|failure: Failure| Promise::reject(&failure.to_js()))
    }

    /// Watches one job or, if `all`, those of a project. `on_poll_error` is how a store asks: a function that is called
    /// with each failure that the watch survives and with the time to the next poll, and null to have the arguments
    /// checked and nothing made: a store is made long before anybody listens to it, on servers too.
    pub fn watch(
        &self,
        all: bool,
        id: JsValue,
        options: JsValue,
        on_poll_error: JsValue,
    ) -> Result<Option<Watch>, JsValue> {
        let start = || {
            let inner = self.inner()?;
            let id = options::id(if all { "projectId" } else { "jobId" }, &id)?.into();
            let (target, known) = if all {
                (WatchTarget::Project(id), options::WATCH_PROJECT)
            } else {
                (WatchTarget::Job(id), options::WATCH_JOB)
            };
            let options = Options::new(options, &[options::REQUEST, options::PACE, known]);
            let for_store = !on_poll_error.is_undefined();
            for name in ["signal", "everyPoll"] {
                if for_store && !options.get(name).is_undefined() {
                    options.refuse(name, "is no option of a store, which polls while somebody listens");
                }
            }
            let kind = SubscriptionKind::Watch(Queue {
                every_poll: for_store || options.flag("everyPoll"),
                stop_when_idle: options.flag("stopWhenIdle"),
                on_poll_error: on_poll_error.dyn_ref().cloned(),
                waiting: RefCell::default(),
                ending: RefCell::default(),
                dropped: Cell::new(false),
            });
            let (config, retry_policy) = (inner.config(&options), inner.retry_policy.with(&options));
            let signal = options.signal();
            options.checked()?;
            if on_poll_error.is_null() {
                return Ok(None);
            }
            let subscription = inner.join(&target, config, retry_policy, kind, signal);
            Ok(Some(Watch::new(inner, subscription)))
        };
        start().map_err(|failure: Failure| failure.to_js())
    }

    /// Ends what is pending; a second call does nothing.
    pub fn close(&self) {
        let Some(inner) = self.0.take() else { return };
        inner.closed.set(true);
        for call in inner.pending.take() {
            if let Some(call) = call.upgrade() {
                call.fill(Error::ClientClosed.into());
            }
        }
        inner.stop_all(&Error::ClientClosed.into());
    }
}

impl Client {
    fn inner(&self) -> Result<Rc<Inner>, Failure> {
        self.0.borrow().clone().ok_or_else(|| Error::ClientClosed.into())
    }
}

impl RetryPolicy {
    /// With what the options of a call say.
    #[must_use]
    pub fn with(self, options: &Options) -> Self {
        Self {
            timeout_ms: options.span("timeoutMs").unwrap_or(self.timeout_ms),
            max_retries: options.count("maxRetries").unwrap_or(self.max_retries),
        }
    }
}

impl Inner {
    fn new(options: JsValue) -> Result<Self, Failure> {
        let options = Options::new(options, &[CLIENT]);
        let http = settings::http(&options);
        let default = if http.in_page { PAGE_CONCURRENCY } else { DEFAULT_CONCURRENCY };
        let most = options.places("maxConcurrency").unwrap_or(default);
        let concurrency = Concurrency { initial: most.min(PAGE_CONCURRENCY), most };
        let inner = Self {
            http,
            retry_policy: DEFAULT_PATIENCE.with(&options),
            poll_floor: options.poll_floor().unwrap_or(DEFAULT_POLL_FLOOR),
            poller: Poller::new(concurrency),
            pending: RefCell::default(),
            closed: Cell::new(false),
        };
        settings::require_key(&options, &inner.http);
        options.checked().map(|()| inner)
    }

    /// Starts a wait for each job, with the same options. A job that is named twice is waited for once.
    fn wait(self: &Rc<Self>, ids: &[String], options: JsValue) -> Result<Array, Failure> {
        let options = Options::new(options, &[options::REQUEST, options::PACE, options::WAIT]);
        let (config, retry_policy) = (self.config(&options), self.retry_policy.with(&options));
        let (on_update, on_poll) = (options.function("onUpdate"), options.function("onPoll"));
        let throw_on_failure = options.flag("throwOnFailure");
        let signal = options.signal();
        options.checked()?;
        let group = Rc::new(Group::default());
        let promises = Array::new();
        if ids.is_empty()
            && let Some(reason) = signal.as_ref().and_then(Signal::reason)
        {
            promises.push(&Promise::reject(&reason));
        }
        let by_id = Index::new(ids.len(), &|place| Some(ids.get(place)?));
        for (place, id) in ids.iter().enumerate() {
            #[allow(clippy::cast_possible_truncation)] // as many as an array holds
            if let Some(first) = by_id.first(id).filter(|first| *first < place) {
                promises.push(&promises.get(first as u32));
                continue;
            }
            let (promise, ends) = Deferred::new();
            promises.push(&promise);
            let kind = SubscriptionKind::Wait(Callbacks {
                on_update: on_update.clone(),
                on_poll: on_poll.clone(),
                throw_on_failure,
                promise: ends,
                group: Rc::clone(&group),
            });
            let subscription =
                self.join(&WatchTarget::Job(id.as_str().into()), config, retry_policy, kind, signal.clone());
            group.subscribers.borrow_mut().push(Rc::downgrade(&subscription));
        }
        Ok(promises)
    }

    /// When to poll and when to give up, by the options of a call.
    fn config(&self, options: &Options) -> WaitConfig {
        let floor = self.poll_floor;
        let interval = options.duration("intervalMs");
        let min = options.duration("minIntervalMs");
        let max = options.duration("maxIntervalMs");
        let poll_interval = PollInterval::new(interval, min, max, floor);
        WaitConfig {
            poll_interval: poll_interval.unwrap_or_else(|(option, problem)| {
                options.refuse(option, problem);
                PollInterval::Fixed(floor)
            }),
            floor,
            initial_delay: options.duration("initialDelayMs").unwrap_or(0.0),
            max_wait: options.limit("maxWaitMs").unwrap_or(f64::INFINITY),
            max_poll_errors: options.endless_count("maxPollErrors").unwrap_or(DEFAULT_POLL_ERRORS),
            throw_on_blocked: options.second("onBlocked", ["wait", "throw"], "must be \"wait\" or \"throw\""),
        }
    }

    /// What ends a call before it completes: the signal, while its listener is kept, or the end of the client.
    fn pend(
        &self,
        signal: Option<Signal>,
    ) -> Result<(Rc<Oneshot<StopReason>>, Option<Listener>), StopReason> {
        if let Some(reason) = signal.as_ref().and_then(Signal::reason) {
            return Err(StopReason::Aborted(reason));
        }
        // Between the call and here, it may have been.
        if self.closed.get() {
            return Err(Error::ClientClosed.into());
        }
        let stop = Rc::new(Oneshot::default());
        let mut pending = self.pending.borrow_mut();
        if pending.len() == pending.capacity() {
            pending.retain(|call| call.strong_count() > 0);
        }
        pending.push(Rc::downgrade(&stop));
        let listener = signal.map(|signal| {
            let stop = Rc::clone(&stop);
            signal.on_abort(move |reason| stop.fill(StopReason::Aborted(reason)))
        });
        Ok((stop, listener))
    }
}
