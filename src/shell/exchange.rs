//! One attempt: what exchange.js makes of it, and what that means.

use super::failure::Failure;
use super::http::Http;
use super::http::Stop;
use super::jobs::{check_list, job_of, list_of};
use super::js::{self, peek};
use super::objects;
use super::options::HOLDS_KEY;
use super::secret::{Key, KeySource};
use super::task::Deferred;
use crate::core::error::{Error, is_lasting};
use crate::core::retry::parse_retry_after;
use crate::core::route::Operation;
use js_sys::{Array, Function, JsString, Promise};
use wasm_bindgen::prelude::*;

/// Longer reasons than this are cut before they come here, in characters.
const LONGEST_REASON: u32 = 2000;
/// What a success that is none says for itself is cut here, in characters.
const LONGEST_SAID: u32 = 200;

/// How a [`Task`] ended; exchange.js has the same numbers.
pub mod ending {
    /// A success, and its body is JSON.
    pub const ACCEPTED: u32 = 0;
    /// A response that is no success, with what came of its body.
    pub const REFUSED: u32 = 1;
    /// `fetch` or the body threw.
    pub const BROKEN: u32 = 2;
    /// The key function threw.
    pub const KEY_FAILED: u32 = 3;
    /// The key function gave what cannot be sent.
    pub const KEY_INVALID: u32 = 4;
    /// There is no `fetch`.
    pub const NO_FETCH: u32 = 5;
    /// `fetch` gave something else than a response.
    pub const NO_RESPONSE: u32 = 6;
    /// A success whose body goes on after the limit.
    pub const TOO_LARGE: u32 = 7;
    /// A success whose body is no JSON.
    pub const NOT_JSON: u32 = 8;
    /// A framework threw something to steer itself.
    pub const STEERED: u32 = 9;
    /// The time is over: of an attempt, or of a sleep.
    pub const TIMED_OUT: u32 = 10;
    /// It was ended from outside.
    pub const STOPPED: u32 = 11;
    /// What the key function gave stands in the id.
    pub const KEY_IN_ID: u32 = 12;
}

#[wasm_bindgen]
extern "C" {
    /// An attempt or a sleep: a promise that is fulfilled when it ends, however that is.
    #[wasm_bindgen(extends = Deferred)]
    #[derive(Clone)]
    pub type Task;
    /// Ends it, unless it has ended.
    #[wasm_bindgen(method)]
    pub fn end(this: &Task, ending: u32);
    /// How it ended; `None`: it has not.
    #[wasm_bindgen(method, getter)]
    pub fn ending(this: &Task) -> Option<u32>;
}

#[wasm_bindgen(module = "/src/shell/exchange.js")]
extern "C" {
    /// Makes an attempt. `key` is the value of the Authorization header, a function that gives the key, or undefined;
    /// `attempt` is 1 for the first; a body is read up to `most_bytes` bytes. It never throws: see [`ending`].
    #[wasm_bindgen(js_namespace = exchange)]
    #[allow(clippy::too_many_arguments)] // one call into JavaScript
    pub fn start(
        key: &JsValue,
        fetch: Option<&Function>,
        init: &JsValue,
        on_event: Option<&Function>,
        method: &JsValue,
        url: &JsValue,
        attempt: u32,
        most_bytes: f64,
    ) -> Task;
    /// Calls `onEvent` for a retry that is due; `delay_ms` is how long it sleeps before that. What it throws is
    /// ignored, and so is a promise of it that is rejected.
    #[wasm_bindgen(js_namespace = exchange, js_name = emitRetry)]
    pub fn emit_retry(on_event: &Function, url: &JsValue, attempt: u32, delay_ms: f64, error: &JsValue);
    /// Calls `onEvent` for a request that failed for good.
    #[wasm_bindgen(js_namespace = exchange, js_name = emitError)]
    pub fn emit_error(on_event: &Function, url: &JsValue, attempts: u32, error: &JsValue);
    /// Fulfilled when what lay before it in the event loop has had its turn.
    #[wasm_bindgen(js_namespace = exchange)]
    pub fn turn() -> Promise;
    /// A task that only ends from outside.
    #[wasm_bindgen(js_namespace = exchange)]
    pub fn sleep() -> Task;
}

// Named so that it is there beside exchange.js, which imports it, and so does the JavaScript around the wasm.
#[wasm_bindgen(module = "/src/shell/utf8.js")]
extern "C" {
    #[allow(dead_code)] // Rust has no use for it
    fn codecs() -> JsValue;
}

/// A body above this is refused.
pub const LARGEST_BODY: f64 = 67_108_864.0;

/// Jobs that are checked at a time: what they are is told in bytes, which are to stay few, and a page has its turn after
/// so many. On a slow phone they take some ten milliseconds.
const AT_A_TIME: u32 = 100;

/// A success.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// What `JSON.parse` made of the body; once it was checked, the job or the list in it. Undefined: it was longer than
    /// what was worth reading.
    pub body: JsValue,
    /// The body's length, in UTF-16 units: its bytes, near enough to weigh one request against another.
    pub bytes: f64,
    /// The delay that Retry-After set, in ms.
    pub retry_after: Option<f64>,
    /// How many jobs of a list were checked.
    pub checked: u32,
}

/// Why an attempt was no success.
pub enum Outcome {
    /// The attempt failed.
    Failed {
        /// The error for the caller, unless another attempt succeeds.
        failure: Failure,
        /// No connection came about, so nothing was sent.
        refused: bool,
    },
    /// What a framework threw to steer itself: the caller gets it as it is.
    Thrown(JsValue),
}

impl<T: Into<Failure>> From<T> for Outcome {
    fn from(failure: T) -> Self {
        Self::Failed { failure: failure.into(), refused: false }
    }
}

/// An attempt that ended.
pub struct Ended<'a> {
    /// The task, which exchange.js has filled with what came.
    pub task: &'a Task,
    /// The settings that it was made with.
    pub http: &'a Http,
    /// The time that the attempt had, in ms.
    pub timeout_ms: f64,
    /// As much of a body as was to be read, in bytes.
    pub most_bytes: f64,
}

impl Ended<'_> {
    /// Takes what became of it, the first time, and then checks some jobs of a success; each is handed to the request as
    /// soon as it is checked. Gives whether to call it again, in a later turn: of a long list, once before the first and
    /// once after the last of its jobs.
    pub fn take(
        &self,
        operation: &Operation,
        id: &str,
        stop: &Stop,
        outcome: &mut Option<Result<Reply, Outcome>>,
    ) -> bool {
        let first = outcome.is_none();
        let Ok(reply) = outcome.get_or_insert_with(|| self.accepted(operation, id)) else { return false };
        let Some(list) = reply.body.dyn_ref::<Array>() else {
            stop.take_job(reply.body.clone());
            return false;
        };
        let (from, length) = (reply.checked, list.length());
        let is_long = length > AT_A_TIME;
        if first && is_long || from == length {
            return first && is_long;
        }
        reply.checked = length.min(from + AT_A_TIME);
        if let Err(failure) = check_list(reply, list, from) {
            outcome.replace(Err(self.with_said(failure).into()));
            return false;
        }
        for index in from..reply.checked {
            stop.take_job(list.get(index));
        }
        is_long
    }

    /// What became of it; the jobs of a list are not checked yet.
    fn accepted(&self, operation: &Operation, id: &str) -> Result<Reply, Outcome> {
        let invalid = |problem: &str| -> Outcome {
            let facts = objects::invalid_response("", self.status());
            Failure::new(Error::InvalidResponse, facts, problem).into()
        };
        let key_failed = |problem| Failure::new(Error::KeyFunction, objects::argument("apiKey"), problem);
        Err(match self.task.ending().unwrap_or(ending::STOPPED) {
            ending::ACCEPTED => {
                let (body, retry_after) = (self.part("body"), self.retry_after());
                let bytes = self.text().length().into();
                let mut reply = Reply { status: self.status(), body, bytes, retry_after, checked: 0 };
                let body =
                    if operation.lists { list_of(&reply).map(JsValue::from) } else { job_of(&reply, id) };
                reply.body = body.map_err(|failure| self.with_said(failure))?;
                return Ok(reply);
            }
            ending::REFUSED => self.refusal().into(),
            ending::KEY_FAILED => key_failed("failed").because(&self.part("thrown")).into(),
            ending::KEY_INVALID => {
                let problem = Key::new(&self.part("key")).err().unwrap_or("cannot be sent");
                key_failed(problem).into()
            }
            ending::KEY_IN_ID => {
                Failure::new(Error::KeyInId, objects::argument(operation.argument), HOLDS_KEY).into()
            }
            ending::NO_FETCH => {
                Failure::invalid("fetch", "is needed: this runtime has none of its own").into()
            }
            ending::NO_RESPONSE => {
                let needs = "must give a Response that nobody has read, with a number as status, and text() or json() or a body";
                Failure::invalid("fetch", needs).into()
            }
            ending::TOO_LARGE if self.most_bytes < LARGEST_BODY => {
                let (body, bytes, retry_after) = (JsValue::UNDEFINED, self.most_bytes, self.retry_after());
                return Ok(Reply { status: self.status(), body, bytes, retry_after, checked: 0 });
            }
            ending::TOO_LARGE => invalid("is larger than 64 MiB"),
            ending::NOT_JSON => {
                let text = self.text();
                if text.length() == 0 {
                    return Err(invalid("is empty"));
                }
                let begin = self.mask(text.slice(0, 2000), text.length() > 2000).slice(0, 40);
                invalid(&["is not JSON: ", &String::from(begin)].concat())
            }
            ending::STEERED => Outcome::Thrown(self.part("thrown")),
            ending::TIMED_OUT => Failure::new(Error::Timeout, objects::timeout(self.timeout_ms), "").into(),
            _ => self.broken(),
        })
    }

    fn part(&self, name: &'static str) -> JsValue {
        peek(self.task, name)
    }

    fn text(&self) -> JsString {
        self.part("text").unchecked_into()
    }

    fn status(&self) -> u16 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a status has three digits
        let status = self.part("status").as_f64().unwrap_or(0.0) as u16;
        status
    }

    fn retry_after(&self) -> Option<f64> {
        let value = self.part("retryAfter").as_string()?;
        parse_retry_after(&value, self.part("date").as_string().as_deref(), js_sys::Date::now())
    }

    /// The error for a response that is no success.
    fn refusal(&self) -> Failure {
        let text = self.mask(self.text(), !self.part("whole").is_truthy());
        let (status, retry_after) = (self.status(), self.retry_after());
        let facts = objects::refusal(&text, status, &self.part("requestId"), retry_after);
        Failure::new(Error::Api { status, retry_after }, facts, "")
    }

    /// The failure, with what the body says for itself, where it is an error in spite of its status: masked, and cut.
    fn with_said(&self, failure: Failure) -> Failure {
        let Ok(said) = objects::said(&self.part("body")).dyn_into() else { return failure };
        let said = String::from(self.mask(said, false).slice(0, LONGEST_SAID));
        failure.saying(&["; the server said: ", &said].concat())
    }

    /// The error for what `fetch` or the body threw.
    fn broken(&self) -> Outcome {
        let thrown = self.part("thrown");
        // "fetch failed" alone helps nobody: the runtime says why further down.
        let reason = js::reason_of(&thrown);
        let text = reason.get(0).unchecked_into::<JsString>();
        let cut = text.length() == LONGEST_REASON;
        let problem = String::from(self.mask(text, cut));
        // What a page's policy refuses, it refuses again.
        let mixed = self.part("mixed").is_truthy() && !self.http.base.is_loopback();
        let (mut refused, mut lasts) = (false, mixed || self.part("forbidden").is_truthy());
        for index in 0..reason.length() {
            let code = reason.get(index).as_string().unwrap_or_default();
            // As Node, Deno and undici say it, and as Bun does.
            refused |= ["ECONNREFUSED", "ConnectionRefused"].contains(&code.as_str());
            lasts |= is_lasting(&code);
        }
        let error = if lasts { Error::Unreachable } else { Error::Connection };
        let thrown = match self.key() {
            Some(key) => key.clean(thrown),
            None => thrown,
        };
        Outcome::Failed {
            failure: Failure::new(error, JsValue::UNDEFINED, &problem).because(&thrown),
            refused: refused && self.part("status").is_undefined(),
        }
    }

    /// The key that was sent.
    fn key(&self) -> Option<Key> {
        match &self.http.key {
            KeySource::None => None,
            KeySource::Literal(key) => Some(key.clone()),
            KeySource::Function(_) => Key::new(&self.part("key")).ok(),
        }
    }

    fn mask(&self, text: JsString, cut: bool) -> JsString {
        self.key().map_or_else(|| text.clone(), |key| key.mask(&text, cut))
    }
}
