//! Failures on their way to JavaScript: facts in Rust, classes and sentences in the facade.

use super::js::{self, nullable};
use crate::core::coordinator::WatchTarget;
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
#[derive(Clone, Debug)]
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
    /// The job or the project that the call was about.
    pub subject: Option<WatchTarget>,
    /// Of the request, if one failed. It is built from the base URL and an id: there is no query, and no key.
    pub url: Option<String>,
    /// It was about what must not be done twice, and may have been done although it failed.
    pub ambiguous: bool,
    /// What an answer that was not accepted says for itself.
    pub said: Option<String>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(Rc::new(FailureDetails {
            error,
            attempts: 0,
            cause: None,
            about: JsValue::NULL,
            last_error: JsValue::NULL,
            state: JsValue::from_str(""),
            subject: None,
            url: None,
            ambiguous: false,
            said: None,
        }))
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
    /// `(code, problem, facts, cause?) => Error`
    static MAKE_ERROR: Cell<Option<&'static Function>> = const { Cell::new(None) };
}

/// Takes the function that makes an instance of the right class, with a sentence for a message, of
/// `(code, problem, facts, cause?)`. The problem is what the facts do not tell.
#[wasm_bindgen(js_name = setErrorFactory)]
pub fn set_error_factory(make: Function) {
    MAKE_ERROR.set(Some(Box::leak(Box::new(make))));
}

impl Failure {
    /// With more said.
    #[must_use]
    pub fn with(mut self, say: impl FnOnce(&mut FailureDetails)) -> Self {
        say(self.details());
        self
    }

    /// Its own, to be changed: those of one that is passed on to several are copied. Not inlined, it is there once.
    #[inline(never)]
    fn details(&mut self) -> &mut FailureDetails {
        Rc::make_mut(&mut self.0)
    }

    #[must_use]
    pub fn because(self, cause: JsValue) -> Self {
        self.with(|details| details.cause = Some(cause))
    }

    #[must_use]
    pub fn about(self, about: JsValue) -> Self {
        self.with(|details| details.about = about)
    }

    /// Of a request that was made for a call about `subject`.
    #[must_use]
    pub fn of(self, subject: WatchTarget, url: Option<String>) -> Self {
        self.with(|details| {
            details.subject = Some(subject);
            details.url = url;
        })
    }

    /// As the end of a call about `subject`: the request may have been made for others as well.
    #[must_use]
    pub fn ends(self, subject: &WatchTarget) -> Self {
        self.with(|details| details.subject = Some(subject.clone()))
    }

    /// The instance that the caller gets.
    pub fn to_js(&self) -> JsValue {
        let facts = self.facts();
        let arguments =
            Array::of3(&JsValue::from_str(self.error.code()), &JsValue::from_str(&self.problem()), &facts);
        if let Some(cause) = &self.cause {
            arguments.push(cause);
        }
        MAKE_ERROR.get().and_then(|make| make.apply(&JsValue::UNDEFINED, &arguments).ok()).unwrap_or(facts)
    }

    /// What the facts do not tell.
    fn problem(&self) -> String {
        let problem = match &self.error {
            Error::InvalidArgument { problem, .. }
            | Error::Connection { problem }
            | Error::Unreachable { problem }
            | Error::InvalidResponse { problem, .. } => problem,
            Error::KeyFunction { problem } => *problem,
            Error::AnotherJob { .. } => "is not the id that was asked for",
            _ => "",
        };
        match &self.said {
            Some(said) => [problem, "; the server said: ", said].concat(),
            None if self.ambiguous => [problem, "; it may have been carried out all the same"].concat(),
            None => problem.to_owned(),
        }
    }

    /// Of a wait that timed out, `jobId` is always there, as it was before there was a `projectId`.
    fn named_as_job(&self, facts: js::Record) -> js::Record {
        match &self.subject {
            Some(WatchTarget::Project(id)) => facts.with("jobId", JsValue::from_str(id)),
            _ => facts,
        }
    }

    fn facts(&self) -> JsValue {
        let facts = js::record();
        let facts = match &self.subject {
            Some(WatchTarget::Job(id)) => facts.with("jobId", JsValue::from_str(id)),
            Some(WatchTarget::Project(id)) => facts.with("projectId", JsValue::from_str(id)),
            None => facts,
        };
        let facts = match &self.url {
            Some(url) => facts.with("url", JsValue::from_str(url)),
            None => facts,
        };
        let attempts = self.attempts.into();
        let about = self.about.clone();
        let invalid_response = |facts: js::Record, path: &str, status: u16| {
            facts.with("path", JsValue::from_str(path)).with("status", status.into())
        };
        let facts = match &self.error {
            Error::InvalidArgument { argument, .. } => facts.with("argument", JsValue::from_str(argument)),
            Error::KeyFunction { .. } => facts.with("argument", js::intern("apiKey").clone()),
            Error::Api(answer) => facts
                .with("status", answer.status.into())
                .with("apiCode", nullable(answer.api_code.as_deref()))
                .with("apiMessage", nullable(answer.api_message.as_deref()))
                .with("requestId", nullable(answer.request_id.as_deref()))
                .with("retryAfterMs", nullable(answer.retry_after))
                .with("body", about)
                .with("attempts", attempts),
            Error::Connection { .. } | Error::Unreachable { .. } => facts.with("attempts", attempts),
            Error::Timeout { timeout_ms } => {
                facts.with("timeoutMs", (*timeout_ms).into()).with("attempts", attempts)
            }
            Error::InvalidResponse { path, status, .. } => invalid_response(facts, path, *status),
            Error::AnotherJob { status } => invalid_response(facts, "job.id", *status),
            Error::WaitTimeout { polls, elapsed_ms } => self
                .named_as_job(facts)
                .with("lastJob", about)
                .with("lastError", self.last_error.clone())
                .with("polls", (*polls).into())
                .with("elapsedMs", (*elapsed_ms).into())
                .with("state", self.state.clone()),
            Error::JobFailed | Error::JobBlocked => facts.with("job", about),
            Error::ClientClosed => facts,
        };
        facts.into()
    }
}
