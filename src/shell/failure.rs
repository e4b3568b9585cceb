//! Failures on their way to JavaScript: what the logic needs of them is in Rust, the rest in a draft of the caller's error;
//! classes and sentences are the facade's.

use super::js::intern;
use super::objects;
use crate::core::coordinator::WatchTarget;
use crate::core::error::Error;
use js_sys::{Array, Function};
use std::ops::Deref;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// An error, and what of it only JavaScript can hold. A pointer: it is passed on through many hands.
#[derive(Clone, Debug)]
pub struct Failure(Rc<FailureDetails>);

/// What is in a [`Failure`].
#[derive(Debug)]
pub struct FailureDetails {
    /// What went wrong, as far as the logic depends on it.
    pub error: Error,
    /// What the caller's error will have: an object that is copied to be changed, since several failures may hold it.
    draft: JsValue,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(error, JsValue::UNDEFINED, "")
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
    /// It failed.
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

impl StopReason {
    /// As a call about `subject` reports it: the request that failed may have served other calls as well.
    #[must_use]
    pub fn ends(self, subject: &WatchTarget) -> Self {
        match self {
            Self::Failed(failure) => failure.ends(subject).into(),
            aborted @ Self::Aborted(_) => aborted,
        }
    }
}

/// Takes the function that makes an instance of the right class, with a sentence for a message, of
/// `(code, problem, facts, cause?)`. The problem says in words what the facts do not.
#[wasm_bindgen(js_name = setErrorFactory)]
pub fn set_error_factory(make: &Function) {
    objects::take_error_factory(make);
}

impl Failure {
    /// With the facts that the caller's error will have, and in words what they do not say.
    pub fn new(error: Error, facts: JsValue, problem: &str) -> Self {
        Self(Rc::new(FailureDetails { error, draft: objects::draft(&facts, problem) }))
    }

    /// What is wrong with an argument or an option.
    pub fn invalid(argument: &str, problem: &str) -> Self {
        Self::new(Error::InvalidArgument, objects::argument(argument), problem)
    }

    fn with(&self, name: &'static str, value: &JsValue) -> Self {
        let draft = objects::with(&self.draft, intern(name), value);
        Self(Rc::new(FailureDetails { error: self.error, draft }))
    }

    /// With what was thrown; it is known to be free of the key.
    #[must_use]
    pub fn because(&self, cause: &JsValue) -> Self {
        self.with("causes", &Array::of1(cause))
    }

    /// With more added to the problem.
    #[must_use]
    pub fn saying(&self, more: &str) -> Self {
        self.with("more", &more.into())
    }

    /// About the element of an argument that is a list, so far from its beginning.
    #[must_use]
    pub fn at(&self, index: u32) -> Self {
        self.with("index", &index.into())
    }

    /// After so many attempts.
    #[must_use]
    pub fn after(&self, attempts: u32) -> Self {
        self.with("attempts", &attempts.into())
    }

    /// Of a request that was made for a call about `subject`. The URL is built from the base URL and an id: there is no
    /// query, and no key.
    #[must_use]
    pub fn of(&self, subject: &WatchTarget, url: &JsValue) -> Self {
        self.with("url", url).ends(subject)
    }

    /// As a call about `subject` reports it: the request that failed may have served other calls as well.
    #[must_use]
    pub fn ends(&self, subject: &WatchTarget) -> Self {
        let (name, id) = match subject {
            WatchTarget::Job(id) => ("jobId", id),
            WatchTarget::Project(id) => ("projectId", id),
        };
        self.with("subject", &Array::of2(intern(name), &(**id).into()))
    }

    /// The instance that the caller gets.
    pub fn to_js(&self) -> JsValue {
        objects::error(self.error.code(), &self.draft, self.error != Error::KeyInId)
    }
}
