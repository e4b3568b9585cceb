//! The client as JavaScript holds it.

use super::check::{self, CheckCall};
use super::exchange::Reply;
use super::failure::{Failure, StopReason};
use super::inner::Inner;
use super::jobs::CheckedJob;
use super::options::{self, Options};
use super::subscription::{Queue, SubscriptionKind};
use super::watch::Watch;
use crate::core::coordinator::WatchTarget;
use crate::core::error::Error;
use crate::core::retry::RetryPolicy;
use crate::core::route::{CANCEL_JOB, GET_JOB, LIST_JOBS, Operation, RESUME_JOB};
use js_sys::Promise;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

/// A client. Its methods borrow nothing over an await: each works on a clone of what is inside.
///
/// What gives a reference to JavaScript gives a `Result`, here and in all that is exported, though the facade makes a
/// rejected promise of an error: a function with a reference as its one result ends the process in V8 11.3 (Node 20), where
/// a caller that was compiled with the call in it is given up while the call runs.
#[wasm_bindgen]
pub struct Client(RefCell<Option<Rc<Inner>>>);

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
    pub fn get_job(&self, id: JsValue, options: JsValue) -> Result<Promise, JsValue> {
        self.request(&GET_JOB, &id, options)
    }

    /// List Jobs. Fulfils with all jobs of the project, checked and completed; rejects as [`Self::get_job`] does.
    #[wasm_bindgen(js_name = listJobs)]
    pub fn list_jobs(&self, id: JsValue, options: JsValue) -> Result<Promise, JsValue> {
        self.request(&LIST_JOBS, &id, options)
    }

    /// Resume Job: goes on with a job that waits for credits. Fulfils with the job as it is then; rejects as
    /// [`Self::get_job`] does.
    #[wasm_bindgen(js_name = resumeJob)]
    pub fn resume_job(&self, id: JsValue, options: JsValue) -> Result<Promise, JsValue> {
        self.request(&RESUME_JOB, &id, options)
    }

    /// Cancel Job. Fulfils with the job as it is then, which need not be cancelled yet; rejects as [`Self::get_job`] does.
    #[wasm_bindgen(js_name = cancelJob)]
    pub fn cancel_job(&self, id: JsValue, options: JsValue) -> Result<Promise, JsValue> {
        self.request(&CANCEL_JOB, &id, options)
    }

    /// Polls until a job is terminal.
    #[wasm_bindgen(js_name = waitForJob)]
    pub fn wait_for_job(&self, id: JsValue, options: JsValue) -> Result<Promise, JsValue> {
        let start = || {
            let inner = self.inner()?;
            let promises = inner.wait(&[options::id("jobId", &id, &inner.http.key)?], options)?;
            Ok(promises.get(0).unchecked_into())
        };
        start().map_err(|failure: Failure| failure.to_js())
    }

    /// Polls until each of several jobs is terminal, in their order; the first failure ends all.
    #[wasm_bindgen(js_name = waitForJobs)]
    pub fn wait_for_jobs(&self, ids: JsValue, options: JsValue) -> Result<Promise, JsValue> {
        let start = || {
            let inner = self.inner()?;
            let promises = inner.wait(&options::ids("jobIds", &ids, &inner.http.key)?, options)?;
            Ok(Promise::all(&promises))
        };
        start().map_err(|failure: Failure| failure.to_js())
    }

    /// One poll of a wait for a job, which lives in `state`.
    #[wasm_bindgen(js_name = checkJob)]
    pub fn check_job(&self, id: JsValue, state: JsValue, options: JsValue) -> Result<Promise, JsValue> {
        let options = Options::new(options, &[options::REQUEST, options::PACE]);
        self.check(&GET_JOB, &id, &state, &options)
    }

    /// One poll of a watch of a project.
    #[wasm_bindgen(js_name = checkProject)]
    pub fn check_project(&self, id: JsValue, state: JsValue, options: JsValue) -> Result<Promise, JsValue> {
        let options = Options::new(options, &[options::REQUEST, options::PACE, options::CHECK_PROJECT]);
        self.check(&LIST_JOBS, &id, &state, &options)
    }

    /// Watches one job. `on_poll_error` is what a store passes: a function that is called with each failure that the watch
    /// survives and with the time to the next poll, and null to have the arguments checked and nothing made: a store is
    /// made long before anybody listens to it, on servers too. `since_failure`: how long ago the store failed, in ms, since its
    /// next poll keeps the floor from then.
    #[wasm_bindgen(js_name = watchJob)]
    pub fn watch_job(
        &self,
        id: JsValue,
        options: JsValue,
        on_poll_error: JsValue,
        since_failure: f64,
    ) -> Result<Option<Watch>, JsValue> {
        let options = Options::new(options, &[options::REQUEST, options::PACE, options::WATCH_JOB]);
        self.watch("jobId", WatchTarget::Job, &id, &options, &on_poll_error, since_failure)
    }

    /// Watches the jobs of a project, as [`Self::watch_job`].
    #[wasm_bindgen(js_name = watchProject)]
    pub fn watch_project(
        &self,
        id: JsValue,
        options: JsValue,
        on_poll_error: JsValue,
        since_failure: f64,
    ) -> Result<Option<Watch>, JsValue> {
        let options = Options::new(options, &[options::REQUEST, options::PACE, options::WATCH_PROJECT]);
        self.watch("projectId", WatchTarget::Project, &id, &options, &on_poll_error, since_failure)
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

impl Client {
    fn inner(&self) -> Result<Rc<Inner>, Failure> {
        self.0.borrow().clone().ok_or_else(|| Error::ClientClosed.into())
    }

    fn request(
        &self,
        operation: &'static Operation,
        id: &JsValue,
        options: JsValue,
    ) -> Result<Promise, JsValue> {
        let start = || {
            let inner = self.inner()?;
            let id: Rc<str> = options::id(operation.argument, id, &inner.http.key)?.into();
            let options = Options::new(options, &[options::REQUEST]);
            let retry_policy = inner.retry_policy.with(&options);
            let (client, about) = (Rc::clone(&inner), Rc::clone(&id));
            let done = Box::new(move |reply: Result<Option<Reply>, StopReason>| {
                let Some(Reply { body, bytes, .. }) = reply? else { return Ok(JsValue::UNDEFINED) };
                if operation.lists && client.context.is_some() {
                    // Waits that start later know it too.
                    client.poller().list_weighs(&about, bytes);
                }
                let shared = client.shared.borrow().clone();
                if let Some(poller) = shared.filter(|_| !operation.lists) {
                    // What may not be repeated does something to the job.
                    poller.learn(CheckedJob::new(body.clone()), !operation.repeatable);
                }
                Ok(body)
            });
            inner.send(operation, &id, retry_policy, &options, true, done)
        };
        start().map_err(|failure: Failure| failure.to_js())
    }

    fn check(
        &self,
        operation: &'static Operation,
        id: &JsValue,
        state: &JsValue,
        options: &Options,
    ) -> Result<Promise, JsValue> {
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
        start().map_err(|failure: Failure| failure.to_js())
    }

    fn watch(
        &self,
        argument: &'static str,
        target: fn(Rc<str>) -> WatchTarget,
        id: &JsValue,
        options: &Options,
        on_poll_error: &JsValue,
        since_failure: f64,
    ) -> Result<Option<Watch>, JsValue> {
        let start = || {
            let inner = self.inner()?;
            let target = target(options::id(argument, id, &inner.http.key)?.into());
            let for_store = !on_poll_error.is_undefined();
            for name in ["signal", "everyPoll"] {
                if for_store && !options.get(name).is_undefined() {
                    options.refuse(name, "is no option of a store");
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
            let (mut config, retry_policy) = (inner.config(options), inner.retry_policy.with(options));
            // Of a watch that is no store's it is NaN, which is less than any delay.
            config.initial_delay = config.initial_delay.max(config.floor - since_failure);
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
