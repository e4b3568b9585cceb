//! What is inside a client, whatever of it JavaScript holds: its settings, and what is under way.

use super::abort::{Listener, Signal};
use super::exchange::Reply;
use super::failure::{Failure, StopReason};
use super::http::{Http, Stop, subject};
use super::options::{self, Options};
use super::poller::Poller;
use super::settings;
use super::subscription::{Callbacks, Group, SubscriptionKind};
use super::task::{Runner, deferred};
use crate::core::coordinator::{Concurrency, Index, WatchTarget};
use crate::core::error::Error;
use crate::core::retry::RetryPolicy;
use crate::core::route::Operation;
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

/// A client, whoever holds it: a call that is under way keeps it too.
pub struct Inner {
    pub http: Rc<Http>,
    pub retry_policy: RetryPolicy,
    /// The shortest time between two polls, in ms.
    poll_floor: f64,
    concurrency: Concurrency,
    /// The async context in which the client was made: polls, which may serve several callers, run there. `None` where
    /// a timer or a request belongs to the call that made it: nothing is shared between calls there.
    pub context: Option<Rc<Runner>>,
    /// What polls for all waits and watches, from the first on.
    pub shared: RefCell<Option<Rc<Poller>>>,
    /// Where nothing is shared: those of each call.
    pub pollers: RefCell<Vec<Weak<Poller>>>,
    /// What ends each pending request.
    pub pending: RefCell<Vec<Weak<Stop>>>,
    pub closed: Cell<bool>,
}

/// What a call makes of what its request came to: `None`, if none was due.
pub type Done = Box<dyn FnOnce(Result<Option<Reply>, StopReason>) -> Result<JsValue, StopReason>>;

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
    pub fn new(options: JsValue, isolated: bool) -> Result<Self, Failure> {
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
    pub fn poller(&self) -> Rc<Poller> {
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
    pub fn wait(&self, ids: &[String], options: JsValue) -> Result<Array, Failure> {
        let options = Options::new(options, &[options::REQUEST, options::PACE, options::WAIT]);
        let (config, retry_policy) = (self.config(&options), self.retry_policy.with(&options));
        let (on_update, on_poll) = (options.function("onUpdate"), options.function("onPoll"));
        let on_poll_error = options.function("onPollError");
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
    pub fn config(&self, options: &Options) -> WaitConfig {
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
    pub fn send(
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
            Err(stop) => settle(Err(stop.ends(&subject(operation, id)))),
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
