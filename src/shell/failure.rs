//! Failures on their way to JavaScript: snapshot in Rust, classes in the facade.

use super::js::{self, nullable};
use crate::core::error::Error;
use js_sys::{Array, Function};
use std::cell::Cell;
use std::ops::Deref;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// An error, and what of it only JavaScript can hold. A pointer: it is passed on through many hands.
#[derive(Clone, Debug)]
pub struct Failure(Rc<FailureDetails>);

/// What is in a [`Failure`].
#[derive(Debug)]
pub struct FailureDetails {
    pub error: Error,
    /// Attempts made for the request; 0 where none was due.
    pub attempts: u32,
    /// What was thrown, if anything; it is known to be free of the key.
    pub cause: Option<JsValue>,
    /// The body of an answer, or the job that the error is about.
    pub about: JsValue,
    /// What a wait that timed out failed with last.
    pub last_error: JsValue,
    /// What a wait that timed out goes on from.
    pub state: JsValue,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (about, last_error) = (JsValue::NULL, JsValue::NULL);
        let state = JsValue::from_str("");
        Self(Rc::new(FailureDetails { error, attempts: 0, cause: None, about, last_error, state }))
    }
}

impl Deref for Failure {
    type Target = FailureDetails;
    fn deref(&self) -> &FailureDetails {
        &self.0
    }
}

/// Why a call ends without its result.
#[derive(Clone, Debug)]
pub enum StopReason {
    /// The caller aborted: its reason, untouched.
    Aborted(JsValue),
    Failed(Failure),
}

impl<T: Into<Failure>> From<T> for StopReason {
    fn from(failure: T) -> Self {
        Self::Failed(failure.into())
    }
}

impl From<StopReason> for JsValue {
    fn from(stop: StopReason) -> Self {
        match stop {
            StopReason::Aborted(reason) => reason,
            StopReason::Failed(failure) => failure.to_js(),
        }
    }
}

thread_local! {
    /// `(code, message, snapshot, cause?) => Error`
    static MAKE_ERROR: Cell<Option<&'static Function>> = const { Cell::new(None) };
}

/// Takes the function that makes an instance of the right class of `(code, message, snapshot, cause?)`.
#[wasm_bindgen(js_name = setErrorFactory)]
pub fn set_error_factory(make: Function) {
    MAKE_ERROR.set(Some(Box::leak(Box::new(make))));
}

impl Failure {
    /// With more said, by the one who made it.
    #[must_use]
    pub fn with(mut self, say: impl FnOnce(&mut FailureDetails)) -> Self {
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
        let snapshot = self.snapshot();
        let arguments = Array::of3(
            &JsValue::from_str(self.error.code()),
            &JsValue::from_str(&self.error.message()),
            &snapshot,
        );
        if let Some(cause) = &self.cause {
            arguments.push(cause);
        }
        MAKE_ERROR.get().and_then(|make| make.apply(&JsValue::UNDEFINED, &arguments).ok()).unwrap_or(snapshot)
    }

    fn snapshot(&self) -> JsValue {
        let snapshot = js::record();
        let attempts = self.attempts.into();
        let about = self.about.clone();
        let snapshot = match &self.error {
            Error::InvalidArgument { argument, .. } => snapshot.with("argument", JsValue::from_str(argument)),
            Error::Api(answer) => snapshot
                .with("status", answer.status.into())
                .with("apiCode", nullable(answer.api_code.as_deref()))
                .with("apiMessage", nullable(answer.api_message.as_deref()))
                .with("requestId", nullable(answer.request_id.as_deref()))
                .with("retryAfterMs", nullable(answer.retry_after))
                .with("body", about)
                .with("attempts", attempts),
            Error::Connection { .. } => snapshot.with("attempts", attempts),
            Error::Timeout { timeout_ms } => {
                snapshot.with("timeoutMs", (*timeout_ms).into()).with("attempts", attempts)
            }
            Error::InvalidResponse { path, status, .. } => {
                snapshot.with("path", JsValue::from_str(path)).with("status", (*status).into())
            }
            Error::WaitTimeout { job_id, polls, elapsed_ms } => snapshot
                .with("jobId", JsValue::from_str(job_id))
                .with("lastJob", about)
                .with("lastError", self.last_error.clone())
                .with("polls", (*polls).into())
                .with("elapsedMs", (*elapsed_ms).into())
                .with("state", self.state.clone()),
            Error::JobFailed { .. } | Error::JobBlocked => snapshot.with("job", about),
            Error::ClientClosed => snapshot,
        };
        snapshot.into()
    }
}
