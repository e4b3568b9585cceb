//! The client as JavaScript holds it.

use super::abort::Signal;
use super::failure::Stop;
use super::http::{Http, Patience};
use super::jobs;
use super::options::{self, Options};
use super::settings;
use super::slot::{Slot, Winner, race};
use crate::core::error::Error;
use crate::core::route::Endpoint;
use js_sys::Promise;
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
    "dangerouslyAllowBrowser",
    "onEvent",
];
const DEFAULT_PATIENCE: Patience = Patience { timeout_ms: 30_000.0, max_retries: 2 };

/// A client. Its methods borrow nothing over an await: each works on a clone of what is inside.
#[wasm_bindgen]
pub struct Client(RefCell<Option<Rc<Inner>>>);

pub struct Inner {
    pub http: Http,
    pub patience: Patience,
    /// What ends each pending call.
    pending: RefCell<Vec<Weak<Slot<Stop>>>>,
    closed: Cell<bool>,
}

/// The one place where a future becomes a promise.
fn promise(future: Pin<Box<dyn Future<Output = Result<JsValue, Stop>>>>) -> Promise {
    future_to_promise(async { future.await.map_err(JsValue::from) })
}

#[wasm_bindgen]
impl Client {
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<Client, JsValue> {
        let inner = Inner::new(options).map_err(|error| JsValue::from(Stop::from(error)))?;
        Ok(Self(RefCell::new(Some(Rc::new(inner)))))
    }

    #[wasm_bindgen(js_name = getJob)]
    pub fn get_job(&self, id: JsValue, options: JsValue) -> Promise {
        self.request(Endpoint::GetJob, "jobId", &id, options)
    }

    #[wasm_bindgen(js_name = listJobs)]
    pub fn list_jobs(&self, id: JsValue, options: JsValue) -> Promise {
        self.request(Endpoint::ListJobs, "projectId", &id, options)
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
    }

    fn request(&self, endpoint: Endpoint, argument: &'static str, id: &JsValue, options: JsValue) -> Promise {
        let inner = self.0.borrow().clone();
        let call = (|| {
            let inner = inner.ok_or(Error::ClientClosed)?;
            let id = options::id(argument, id)?;
            let options = Options::new(options, &[options::REQUEST])?;
            let patience = inner.patience.with(&options)?;
            Ok::<_, Error>((inner, id, patience, options.signal()?))
        })();
        promise(Box::pin(async move {
            let (inner, id, patience, signal) = call?;
            let exchange = async {
                let reply = inner.http.request(endpoint, &id, patience).await?;
                match endpoint {
                    Endpoint::GetJob => Ok(jobs::job_of(&reply, &id)?.value),
                    Endpoint::ListJobs => Ok(jobs::jobs_of(&reply, |_| ())?.0.into()),
                }
            };
            inner.until_stopped(signal, exchange).await
        }))
    }
}

impl Patience {
    /// With what the options of a call say.
    pub fn with(self, options: &Options) -> Result<Self, Error> {
        Ok(Self {
            timeout_ms: options.duration("timeoutMs", f64::MIN_POSITIVE)?.unwrap_or(self.timeout_ms),
            max_retries: options.count("maxRetries", false)?.unwrap_or(self.max_retries),
        })
    }
}

impl Inner {
    fn new(options: JsValue) -> Result<Self, Error> {
        let options = Options::new(options, &[CLIENT])?;
        let http = settings::http(&options)?;
        Ok(Self {
            http,
            patience: DEFAULT_PATIENCE.with(&options)?,
            pending: RefCell::default(),
            closed: Cell::new(false),
        })
    }

    /// Runs a call until it completes, the signal is aborted or the client is closed.
    async fn until_stopped(
        &self,
        signal: Option<Signal>,
        call: impl Future<Output = Result<JsValue, Stop>>,
    ) -> Result<JsValue, Stop> {
        if let Some(reason) = signal.as_ref().and_then(Signal::reason) {
            return Err(Stop::Aborted(reason));
        }
        // Between the call and here, it may have been.
        if self.closed.get() {
            return Err(Error::ClientClosed.into());
        }
        let stop = Rc::new(Slot::default());
        {
            let mut pending = self.pending.borrow_mut();
            if pending.len() == pending.capacity() {
                pending.retain(|call| call.strong_count() > 0);
            }
            pending.push(Rc::downgrade(&stop));
        }
        let _listener = signal.map(|signal| {
            let stop = Rc::clone(&stop);
            signal.on_abort(move |reason| stop.fill(Stop::Aborted(reason)))
        });
        match race(call, stop.filled()).await {
            Winner::First(result) => result,
            Winner::Second(stop) => Err(stop),
        }
    }
}
