//! Failures on their way to JavaScript: what the logic needs of them in Rust, the rest in the facts that the caller's
//! error will have; classes and sentences are the facade's.

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
#[derive(Clone, Debug)]
pub struct FailureDetails {
    /// What went wrong, as far as the logic depends on it.
    pub error: Error,
    /// What is wrong, in words, as far as the facts do not say it.
    pub problem: String,
    /// The error's own fields: an object that is not changed any more.
    pub facts: JsValue,
    /// What was thrown, if anything; it is known to be free of the key.
    causes: Array,
    /// The job or the project that the call was about.
    subject: Option<WatchTarget>,
    /// Of the request, if one failed. It is built from the base URL and an id: there is no query, and no key.
    url: Option<String>,
    /// Neither `subject` nor `url` may be shown, since the key stands in them.
    pub id_holds_key: bool,
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
        Self(Rc::new(FailureDetails {
            error,
            problem: problem.to_owned(),
            facts,
            causes: Array::new(),
            subject: None,
            url: None,
            id_holds_key: false,
        }))
    }

    /// What is wrong with an argument or an option.
    pub fn invalid(argument: &str, problem: &str) -> Self {
        Self::new(Error::InvalidArgument, objects::argument(argument), problem)
    }

    /// The details, to be changed: where several hold them, they are copied first. Not inlined, so that the code is in
    /// the wasm once.
    #[inline(never)]
    pub fn details(&mut self) -> &mut FailureDetails {
        Rc::make_mut(&mut self.0)
    }

    /// Keeps subject and URL out of the error, since the key stands in them.
    #[must_use]
    pub fn id_holds_key(mut self) -> Self {
        self.details().id_holds_key = true;
        self
    }

    /// With what was thrown.
    #[must_use]
    pub fn because(mut self, cause: &JsValue) -> Self {
        self.details().causes = Array::of1(cause);
        self
    }

    /// With more added to the problem.
    #[must_use]
    pub fn saying(mut self, words: &str, more: &str) -> Self {
        let problem = &mut self.details().problem;
        problem.push_str(words);
        problem.push_str(more);
        self
    }

    /// Of a request that was made for a call about `subject`.
    #[must_use]
    pub fn of(mut self, subject: &WatchTarget, url: Option<String>) -> Self {
        self.details().url = url;
        self.ends(subject)
    }

    /// As a call about `subject` reports it: the request that failed may have served other calls as well.
    #[must_use]
    pub fn ends(mut self, subject: &WatchTarget) -> Self {
        self.details().subject = Some(subject.clone());
        self
    }

    /// The instance that the caller gets.
    pub fn to_js(&self) -> JsValue {
        let (job, project) = match &self.subject {
            Some(WatchTarget::Job(id)) if !self.id_holds_key => (Some(&**id), None),
            Some(WatchTarget::Project(id)) if !self.id_holds_key => (None, Some(&**id)),
            _ => (None, None),
        };
        let url = self.url.as_deref().filter(|_| !self.id_holds_key);
        let facts = objects::located(&self.facts, job, project, url);
        objects::error(self.error.code(), &self.problem, &facts, &self.causes)
    }
}
