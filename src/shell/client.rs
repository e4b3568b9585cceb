//! The client as JavaScript holds it.

use super::abort::{Listener, Signal};
use super::check::{self, CheckCall};
use super::exchange::Reply;
use super::failure::{Failure, StopReason};
use super::http::{Http, Stop};
use super::jobs::CheckedJob;
use super::options::{self, Options};
use super::poller::Poller;
use super::settings;
use super::subscription::{Callbacks, Group, Queue, SubscriptionKind};
use super::task::{Runner, deferred};
use super::watch::Watch;
use crate::core::coordinator::{Concurrency, Index, WatchTarget};
use crate::core::error::Error;
use crate::core::retry::RetryPolicy;
use crate::core::route::{CANCEL_JOB, GET_JOB, LIST_JOBS, Operation, RESUME_JOB};
use crate::core::wait::{DEFAULT_POLL_FLOOR, PollInterval, WaitConfig};
use js_sys::{Array, Promise};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

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
/// A browser gives an origin six connections, and the page needs some itself.
const PAGE_CONCURRENCY: usize = 4;
const DEFAULT_CONCURRENCY: usize = 50;
const DEFAULT_POLL_ERRORS: u32 = 5;
const DEFAULT_RETRY_POLICY: RetryPolicy = RetryPolicy { timeout_ms: 30_000.0, max_retries: 2 };

/// A client. Its methods borrow nothing over an await: each works on a clone of what is inside.
#[wasm_bindgen]
pub struct Client(RefCell<Option<Rc<Inner>>>);

struct Inner {
    http: Rc<Http>,
    retry_policy: RetryPolicy,
    /// The shortest time between two polls, in ms.
    poll_floor: f64,
    concurrency: Concurrency,
    /// The async context in which the client was made: polls, which may serve several callers, run there. `None` where
    /// a timer or a request belongs to the call that made it: nothing is shared between calls there.
    context: Option<Rc<Runner>>,
    /// What polls for all waits and watches, from the first on.
    shared: RefCell<Option<Rc<Poller>>>,
    /// Where nothing is shared: those of each call.
    pollers: RefCell<Vec<Weak<Poller>>>,
    /// What ends each pending request.
    pending: RefCell<Vec<Weak<Stop>>>,
    closed: Cell<bool>,
}

/// What a call makes of what its request came to: `None`, if none was due.
type Done = Box<dyn FnOnce(Result<Option<Reply>, StopReason>) -> Result<JsValue, StopReason>>;

#[wasm_bindgen]
impl Client {
    /// Takes the options of the contract, or throws naming the one at fault. `isolated`: a timer or a request belongs
    /// to the call that made it, as in Cloudflare's workerd, so calls share nothing.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue, isolated: bool) -> Result<Client, JsValue> {
        let inner = Inner::new(options, isolated).map_err(|failure| failure.to_js())?;
        Ok(Self(RefCell::new(Some(Rc::new(inner)))))
    }

    /// Get Job. Fulfils with the job, checked and completed; rejects with an error, or with what the caller aborted with.
    #[wasm_bindgen(js_name = getJob)]
    pub fn get_job(&self, id: JsValue, options: JsValue) -> Promise {
        self.request(&GET_JOB, &id, options)
    }

    /// List Jobs. Fulfils with all jobs of the project, checked and completed; rejects as [`Self::get_job`] does.
    #[wasm_bindgen(js_name = listJobs)]
    pub fn list_jobs(&self, id: JsValue, options: JsValue) -> Promise {
        self.request(&LIST_JOBS, &id, options)
    }

    /// Resume Job: goes on with a job that waits for credits. Fulfils with the job as it is then; rejects as
    /// [`Self::get_job`] does.
    #[wasm_bindgen(js_name = resumeJob)]
    pub fn resume_job(&self, id: JsValue, options: JsValue) -> Promise {
        self.request(&RESUME_JOB, &id, options)
    }

    /// Cancel Job. Fulfils with the job as it is then, which need not be cancelled yet; rejects as [`Self::get_job`] does.
    #[wasm_bindgen(js_name = cancelJob)]
    pub fn cancel_job(&self, id: JsValue, options: JsValue) -> Promise {
        self.request(&CANCEL_JOB, &id, options)
    }

    /// Polls until a job is terminal.
    #[wasm_bindgen(js_name = waitForJob)]
    pub fn wait_for_job(&self, id: JsValue, options: JsValue) -> Promise {
        let start = || {
            let inner = self.inner()?;
            let promises = inner.wait(&[options::id("jobId", &id, &inner.http.key)?], options)?;
            Ok(promises.get(0).unchecked_into())
        };
        start().unwrap_or_else(rejected)
    }

    /// Polls until each of several jobs is terminal, in their order; the first failure ends all.
    #[wasm_bindgen(js_name = waitForJobs)]
    pub fn wait_for_jobs(&self, ids: JsValue, options: JsValue) -> Promise {
        let start = || {
            let inner = self.inner()?;
            let promises = inner.wait(&options::ids("jobIds", &ids, &inner.http.key)?, options)?;
            Ok(Promise::all(&promises))
        };
        start().unwrap_or_else(rejected)
    }

    /// One poll of a wait for a job, which lives in `state`.
    #[wasm_bindgen(js_name = checkJob)]
    pub fn check_job(&self, id: JsValue, state: JsValue, options: JsValue) -> Promise {
        let options = Options::new(options, &[options::REQUEST, options::PACE]);
        self.check(&GET_JOB, &id, &state, &options)
    }

    /// One poll of a watch of a project.
    #[wasm_bindgen(js_name = checkProject)]
    pub fn check_project(&self, id: JsValue, state: JsValue, options: JsValue) -> Promise {
        let options = Options::new(options, &[options::REQUEST, options::PACE, options::CHECK_PROJECT]);
        self.check(&LIST_JOBS, &id, &state, &options)
    }

    /// Watches one job. `on_poll_error` is what a store passes: a function that is called with each failure that the watch
    /// survives and with the time to the next poll, and null to have the arguments checked and nothing made: a store is
    /// made long before anybody listens to it, on servers too.
    #[wasm_bindgen(js_name = watchJob)]
    pub fn watch_job(
        &self,
        id: JsValue,
        options: JsValue,
        on_poll_error: JsValue,
    ) -> Result<Option<Watch>, JsValue> {
        let options = Options::new(options, &[options::REQUEST, options::PACE, options::WATCH_JOB]);
        self.watch("jobId", WatchTarget::Job, &id, &options, &on_poll_error)
    }

    /// Watches the jobs of a project, as [`Self::watch_job`].
    #[wasm_bindgen(js_name = watchProject)]
    pub fn watch_project(
        &self,
        id: JsValue,
        options: JsValue,
        on_poll_error: JsValue,
    ) -> Result<Option<Watch>, JsValue> {
        let options = Options::new(options, &[options::REQUEST, options::PACE, options::WATCH_PROJECT]);
        self.watch("projectId", WatchTarget::Project, &id, &options, &on_poll_error)
    }

    /// Something happened to this job or in this project: who waits for it here polls soon. Whether anybody does.
    pub fn nudge(&self, id: JsValue) -> Result<bool, JsValue> {
        let start = || {
            let inner = self.inner()?;
            Ok((options::id("id", &id, &inner.http.key)?, inner))
        };
        let (id, inner) = start().map_err(|failure: Failure| failure.to_js())?;
        let shared = inner.shared.borrow();
        Ok(shared.as_ref().is_some_and(|poller| poller.nudge(&id)))
    }

    /// Ends what is pending; a second call does nothing.
    pub fn close(&self) {
        let Some(inner) = self.0.take() else { return };
        inner.closed.set(true);
        for call in inner.pending.take() {
            if let Some(call) = call.upgrade() {
                call.stop(Error::ClientClosed.into());
            }
        }
        let mut pollers: Vec<_> = inner.pollers.take().iter().filter_map(Weak::upgrade).collect();
        pollers.extend(inner.shared.take());
        for poller in pollers {
            poller.stop_all(&Error::ClientClosed.into());
        }
    }
}

fn rejected(failure: Failure) -> Promise {
    Promise::reject(&failure.to_js())
}

impl Client {
    fn inner(&self) -> Result<Rc<Inner>, Failure> {
        self.0.borrow().clone().ok_or_else(|| Error::ClientClosed.into())
    }

    fn request(&self, operation: &'static Operation, id: &JsValue, options: JsValue) -> Promise {
        let start = || {
            let inner = self.inner()?;
            let id: Rc<str> = options::id(operation.argument, id, &inner.http.key)?.into();
            let options = Options::new(options, &[options::REQUEST]);
            let retry_policy = inner.retry_policy.with(&options);
            let (client, about) = (Rc::clone(&inner), Rc::clone(&id));
            let done = Box::new(move |reply: Result<Option<Reply>, StopReason>| {
                let reply = reply.map_err(|stop| client.http.locate(stop, operation, &about))?;
                let Some(Reply { body, bytes, .. }) = reply else { return Ok(JsValue::UNDEFINED) };
                if operation.lists && client.context.is_some() {
                    // Waits that start later know it too.
                    client.poller().list_weighs(&about, bytes);
                }
                let shared = client.shared.borrow().clone();
                if let Some(poller) = shared.filter(|_| !operation.repeatable) {
                    poller.learn(CheckedJob::new(body.clone()));
                }
                Ok(body)
            });
            inner.send(operation, &id, retry_policy, &options, true, done)
        };
        start().unwrap_or_else(rejected)
    }

    fn check(
        &self,
        operation: &'static Operation,
        id: &JsValue,
        state: &JsValue,
        options: &Options,
    ) -> Promise {
        let start = || {
            let inner = self.inner()?;
            let id: Rc<str> = options::id(operation.argument, id, &inner.http.key)?.into();
            let state = check::state(state)?;
            // The caller has a schedule of their own: a failure is reported to them, and not retried here.
            let once = RetryPolicy { max_retries: 0, ..inner.retry_policy };
            let (config, retry_policy) = (inner.config(options), once.with(options));
            let stop_when_idle = options.flag("stopWhenIdle");
            let call = CheckCall::new(operation, &id, state.as_deref(), config, stop_when_idle);
            let due = call.is_due();
            inner.send(operation, &id, retry_policy, options, due, Box::new(move |reply| call.done(reply)))
        };
        start().unwrap_or_else(rejected)
    }

    fn watch(
        &self,
        argument: &'static str,
        target: fn(Rc<str>) -> WatchTarget,
        id: &JsValue,
        options: &Options,
        on_poll_error: &JsValue,
    ) -> Result<Option<Watch>, JsValue> {
        let start = || {
            let inner = self.inner()?;
            let target = target(options::id(argument, id, &inner.http.key)?.into());
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
            let (config, retry_policy) = (inner.config(options), inner.retry_policy.with(options));
            let (signal, state) = (options.signal(), options.state());
            options.checked()?;
            if on_poll_error.is_null() {
                return Ok(None);
            }
            let poller = inner.poller();
            let subscription = poller.join(&target, config, retry_policy, kind, signal, state.as_deref());
            Ok(Some(Watch::new(poller, subscription)))
        };
        start().map_err(|failure: Failure| failure.to_js())
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
    fn new(options: JsValue, isolated: bool) -> Result<Self, Failure> {
        let options = Options::new(options, &[CLIENT]);
        let http = settings::http(&options);
        let default = if http.in_page { PAGE_CONCURRENCY } else { DEFAULT_CONCURRENCY };
        let most = options.places("maxConcurrency").unwrap_or(default);
        let concurrency = Concurrency { initial: most.min(PAGE_CONCURRENCY), most };
        let inner = Self {
            http: Rc::new(http),
            concurrency,
            retry_policy: DEFAULT_RETRY_POLICY.with(&options),
            poll_floor: options.poll_floor().unwrap_or(DEFAULT_POLL_FLOOR),
            context: (!isolated).then(Rc::default),
            shared: RefCell::default(),
            pollers: RefCell::default(),
            pending: RefCell::default(),
            closed: Cell::new(false),
        };
        settings::require_key(&options, &inner.http);
        options.checked().map(|()| inner)
    }

    /// What polls for a call.
    fn poller(&self) -> Rc<Poller> {
        match &self.context {
            Some(context) => {
                let mut shared = self.shared.borrow_mut();
                let make = || Poller::new(Rc::clone(&self.http), self.concurrency, Rc::clone(context));
                Rc::clone(shared.get_or_insert_with(make))
            }
            None => {
                let own = Poller::new(Rc::clone(&self.http), self.concurrency, Rc::default());
                push_weak(&self.pollers, &own);
                own
            }
        }
    }

    /// Starts a wait for each job, with the same options. A job that is named twice is waited for once.
    fn wait(&self, ids: &[String], options: JsValue) -> Result<Array, Failure> {
        let options = Options::new(options, &[options::REQUEST, options::PACE, options::WAIT]);
        let (config, retry_policy) = (self.config(&options), self.retry_policy.with(&options));
        let [on_update, on_poll, on_poll_error] =
            ["onUpdate", "onPoll", "onPollError"].map(|name| options.function(name));
        let throw_on_failure = options.flag("throwOnFailure");
        let (signal, state) = (options.signal(), options.state());
        options.checked()?;
        let calls_back = on_update.is_some() || on_poll.is_some() || on_poll_error.is_some();
        let group = Rc::new(Group::new(calls_back));
        let poller = self.poller();
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
            let ends = deferred();
            promises.push(&ends.promise());
            let kind = SubscriptionKind::Wait(Callbacks {
                on_update: on_update.clone(),
                on_poll: on_poll.clone(),
                on_poll_error: on_poll_error.clone(),
                throw_on_failure,
                promise: ends,
                group: Rc::clone(&group),
            });
            let subscription = poller.join(
                &WatchTarget::Job(id.as_str().into()),
                config,
                retry_policy,
                kind,
                signal.clone(),
                state.as_deref(),
            );
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
                options.refuse(option, &problem);
                PollInterval::Fixed(floor)
            }),
            floor,
            initial_delay: options.duration("initialDelayMs").unwrap_or(0.0),
            max_wait: options.limit("maxWaitMs").unwrap_or(f64::INFINITY),
            max_poll_errors: options.endless_count("maxPollErrors").unwrap_or(DEFAULT_POLL_ERRORS),
            throw_on_blocked: options.second("onBlocked", ["wait", "throw"], "must be \"wait\" or \"throw\""),
        }
    }

    /// Makes a request for a call, if one is due. `done` makes of it what the caller gets.
    fn send(
        &self,
        operation: &'static Operation,
        id: &Rc<str>,
        retry_policy: RetryPolicy,
        options: &Options,
        due: bool,
        done: Done,
    ) -> Result<Promise, Failure> {
        let signal = options.signal();
        options.checked()?;
        let ends = deferred();
        let promise = ends.promise();
        let settle = move |reply| ends.settle(done(reply).map_err(JsValue::from));
        match self.pend(signal) {
            Err(stop) => settle(Err(stop)),
            Ok(_) if !due => settle(Ok(None)),
            Ok((stop, listener)) => self.http.send(
                operation,
                id,
                retry_policy,
                stop,
                Box::new(move |reply| {
                    drop(listener);
                    settle(reply.map(Some));
                }),
            ),
        }
        Ok(promise)
    }

    /// What ends a call before it completes: the signal, while its listener is kept, or the end of the client.
    fn pend(&self, signal: Option<Signal>) -> Result<(Rc<Stop>, Option<Listener>), StopReason> {
        if let Some(reason) = signal.as_ref().and_then(Signal::reason) {
            return Err(StopReason::Aborted(reason));
        }
        // The client may have been closed between the call and here.
        if self.closed.get() {
            return Err(Error::ClientClosed.into());
        }
        let stop = Rc::new(Stop::default());
        push_weak(&self.pending, &stop);
        let listener = signal.map(|signal| {
            let stop = Rc::clone(&stop);
            signal.on_abort(move |reason| stop.stop(StopReason::Aborted(reason)))
        });
        Ok((stop, listener))
    }
}

/// Adds one to a list of weak references, and drops those of what is gone.
fn push_weak<T>(list: &RefCell<Vec<Weak<T>>>, one: &Rc<T>) {
    let mut list = list.borrow_mut();
    if list.len() == list.capacity() {
        list.retain(|other| other.strong_count() > 0);
    }
    list.push(Rc::downgrade(one));
}
