//! Failures on their way to JavaScript: facts in Rust, classes in the facade.

use super::js::{self, nullable};
use crate::core::error::Error;
use js_sys::{Array, Function, Object};
use std::cell::Cell;
use std::ops::Deref;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// An error, and what of it only JavaScript can hold. A pointer: it is passed on through many hands.
#[derive(Clone, Debug)]
pub struct Failure(Rc<Details>);

/// What is in a [`Failure`].
#[derive(Debug)]
pub struct Details {
    pub error: Error,
    /// Attempts made for the request; 0 where none was due.
    pub attempts: u32,
    /// What was thrown, if anything; it is known to be free of the key.
    pub cause: Option<JsValue>,
    /// The body of an answer, or the job that the error is about.
    pub about: JsValue,
    /// What a wait that timed out failed with last.
    pub last_error: JsValue,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (about, last_error) = (JsValue::NULL, JsValue::NULL);
        Self(Rc::new(Details { error, attempts: 0, cause: None, about, last_error }))
    }
}

impl Deref for Failure {
    type Target = Details;
    fn deref(&self) -> &Details {
        &self.0
    }
}

/// Why a call ends without its result.
#[derive(Clone, Debug)]
pub enum Stop {
    /// The caller aborted: its reason, untouched.
    Aborted(JsValue),
    Failed(Failure),
}

impl<T: Into<Failure>> From<T> for Stop {
    fn from(failure: T) -> Self {
        Self::Failed(failure.into())
    }
}

impl From<Stop> for JsValue {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Aborted(reason) => reason,
            Stop::Failed(failure) => failure.to_js(),
        }
    }
}

thread_local! {
    /// `(code, message, facts, cause?) => Error`
    static MAKE_ERROR: Cell<Option<&'static Function>> = const { Cell::new(None) };
}

/// Takes the function that makes an instance of the right class of `(code, message, facts, cause?)`.
#[wasm_bindgen(js_name = setErrorFactory)]
pub fn set_error_factory(make: Function) {
    MAKE_ERROR.set(Some(Box::leak(Box::new(make))));
}

impl Failure {
    /// With more said, by the one who made it.
    #[must_use]
    pub fn with(mut self, say: impl FnOnce(&mut Details)) -> Self {
        if let Some(details) = Rc::get_mut(&mut self.0) {
            say(details);
        }
        self
    }

    #[must_use]
    pub fn because(self, cause: JsValue) -> Self {
        self.with(|details| details.cause = Some(cause))
    }

    #[must_use]
    pub fn about(self, about: JsValue) -> Self {
        self.with(|details| details.about = about)
    }

    /// The instance that the caller gets.
    pub fn to_js(&self) -> JsValue {
        let facts = self.facts();
        let arguments = Array::of3(
            &JsValue::from_str(self.error.code()),
            &JsValue::from_str(&self.error.message()),
            &facts,
        );
        if let Some(cause) = &self.cause {
            arguments.push(cause);
        }
        MAKE_ERROR.get().and_then(|make| make.apply(&JsValue::UNDEFINED, &arguments).ok()).unwrap_or(facts)
    }

    fn facts(&self) -> JsValue {
        let facts = Object::new().into();
        let set = |name, value: JsValue| js::set(&facts, name, &value);
        let text = |name, value: &str| set(name, JsValue::from_str(value));
        let attempts = || set("attempts", self.attempts.into());
        let about = |name| js::set(&facts, name, &self.about);
        match &self.error {
            Error::InvalidArgument { argument, .. } => text("argument", argument),
            Error::Api(answer) => {
                set("status", answer.status.into());
                set("apiCode", nullable(answer.api_code.as_deref()));
                set("apiMessage", nullable(answer.api_message.as_deref()));
                set("requestId", nullable(answer.request_id.as_deref()));
                set("retryAfterMs", nullable(answer.retry_after));
                about("body");
                attempts();
            }
            Error::Connection { .. } => attempts(),
            Error::Timeout { timeout_ms } => {
                set("timeoutMs", (*timeout_ms).into());
                attempts();
            }
            Error::InvalidResponse { path, status, .. } => {
                text("path", path);
                set("status", (*status).into());
            }
            Error::WaitTimeout { job_id, polls, elapsed_ms } => {
                text("jobId", job_id);
                about("lastJob");
                set("lastError", self.last_error.clone());
                set("polls", (*polls).into());
                set("elapsedMs", (*elapsed_ms).into());
            }
            Error::JobFailed { .. } | Error::JobBlocked => about("job"),
            Error::ClientClosed => {}
        }
        facts
    }
}
