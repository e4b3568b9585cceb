//! Failures on their way to JavaScript: facts in Rust, classes in the facade.

use super::js::{self, nullable};
use crate::core::error::Error;
use js_sys::{Array, Function};
use std::cell::Cell;
use std::ops::{Deref, DerefMut};
use wasm_bindgen::prelude::*;

/// An error, and what of it only JavaScript can hold. A pointer: it is passed on through many hands.
#[derive(Clone, Debug)]
pub struct Failure(Box<Details>);

/// What is in a [`Failure`].
#[derive(Clone, Debug)]
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
        Self(Box::new(Details { error, attempts: 0, cause: None, about, last_error }))
    }
}

impl Deref for Failure {
    type Target = Details;
    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Failure {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
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
    #[must_use]
    pub fn because(mut self, cause: JsValue) -> Self {
        self.cause = Some(cause);
        self
    }

    #[must_use]
    pub fn about(mut self, about: JsValue) -> Self {
        self.about = about;
        self
    }

    /// The instance that the caller gets.
    pub fn to_js(&self) -> JsValue {
        let facts = js::object(&self.facts());
        let arguments: Array =
            [JsValue::from_str(self.error.code()), JsValue::from_str(&self.error.message()), facts.clone()]
                .iter()
                .chain(&self.cause)
                .collect();
        MAKE_ERROR.get().and_then(|make| make.apply(&JsValue::UNDEFINED, &arguments).ok()).unwrap_or(facts)
    }

    fn facts(&self) -> Vec<(&'static str, JsValue)> {
        let attempts = ("attempts", self.attempts.into());
        let about = self.about.clone();
        match &self.error {
            Error::InvalidArgument { argument, .. } => vec![("argument", JsValue::from_str(argument))],
            Error::Api(answer) => vec![
                ("status", answer.status.into()),
                ("apiCode", nullable(answer.api_code.as_deref())),
                ("apiMessage", nullable(answer.api_message.as_deref())),
                ("requestId", nullable(answer.request_id.as_deref())),
                ("retryAfterMs", nullable(answer.retry_after)),
                ("body", about),
                attempts,
            ],
            Error::Connection { .. } => vec![attempts],
            Error::Timeout { timeout_ms } => vec![("timeoutMs", (*timeout_ms).into()), attempts],
            Error::InvalidResponse { path, status, .. } => {
                vec![("path", JsValue::from_str(path)), ("status", (*status).into())]
            }
            Error::WaitTimeout { job_id, polls, elapsed_ms } => vec![
                ("jobId", JsValue::from_str(job_id)),
                ("lastJob", about),
                ("lastError", self.last_error.clone()),
                ("polls", (*polls).into()),
                ("elapsedMs", (*elapsed_ms).into()),
            ],
            Error::JobFailed { .. } | Error::JobBlocked => vec![("job", about)],
            Error::ClientClosed => vec![],
        }
    }
}
