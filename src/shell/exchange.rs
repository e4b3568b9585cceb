//! One attempt: key, fetch, headers and body under one deadline.

use super::body;
use super::env;
use super::failure::Failure;
use super::http::Http;
use super::js::{self, nullable, settled};
use super::oneshot::{Either, race};
use super::secret::Key;
use super::timer::sleep;
use crate::core::error::{Error, ErrorResponse};
use crate::core::retry::parse_retry_after;
use js_sys::JsString;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

/// A body above this is refused.
const LARGEST_BODY: f64 = 67_108_864.0;
/// An error's body is cut here.
const LARGEST_ERROR_BODY: f64 = 65_536.0;

/// A success.
pub struct Reply {
    pub status: u16,
    /// What `JSON.parse` made of the body.
    pub body: JsValue,
    /// The body's length, in UTF-16 units: its bytes, near enough to weigh one request against another.
    pub bytes: f64,
    /// In ms.
    pub retry_after: Option<f64>,
}

/// An answer whose body is still to come.
struct Incoming {
    answer: ErrorResponse,
    /// What has come of it, and whether that is all.
    text: JsString,
    whole: bool,
}

/// Aborts the request unless it was completed.
struct Abort {
    controller: AbortController,
    completed: Cell<bool>,
}

impl Drop for Abort {
    fn drop(&mut self) {
        if !self.completed.get() {
            js::ignore(js::call(&self.controller, "abort", &[]));
        }
    }
}

struct Attempt<'a> {
    http: &'a Http,
    url: &'a str,
    number: u32,
    key: RefCell<Option<Key>>,
    incoming: RefCell<Option<Incoming>>,
}

/// Makes one attempt, within `timeout_ms` from sending to the last byte of the body.
pub async fn attempt(http: &Http, url: &str, number: u32, timeout_ms: f64) -> Result<Reply, Failure> {
    let attempt = Attempt { http, url, number, key: RefCell::default(), incoming: RefCell::default() };
    match race(attempt.run(), sleep(timeout_ms)).await {
        Either::First(result) => result,
        // An answer that is no success says what it says, however much of its body came.
        Either::Second(()) => Err(attempt.refusal().unwrap_or(Error::Timeout { timeout_ms }.into())),
    }
}

impl Attempt<'_> {
    async fn run(&self) -> Result<Reply, Failure> {
        let key = self.http.key.key().await?;
        let abort = Abort {
            controller: AbortController::new().map_err(|thrown| self.broken(thrown))?,
            completed: Cell::new(false),
        };
        let fetch = self.http.fetch()?;
        let authorization = key.as_ref().map_or(JsValue::UNDEFINED, |key| key.bearer().clone());
        let init = js::init(&self.http.init, &authorization, &js::peek(&abort.controller, "signal"));
        self.key.replace(key);
        if let Some(event) = self.http.event("request", self.url, self.number) {
            self.http.tell(event);
            // The callback may have aborted or closed: that ends this here, before anything is sent.
            let _ = settled(&JsValue::UNDEFINED).await;
        }
        let started = env::now();
        let response = fetch.call2(&JsValue::UNDEFINED, &JsValue::from_str(self.url), &init);
        let response = settled(&response.map_err(|thrown| self.broken(thrown))?)
            .await
            .map_err(|thrown| self.broken(thrown))?;
        let answer = self.read_head(&response)?;
        let status = answer.status;
        let retry_after = answer.retry_after;
        if let Some(event) = self.http.event("response", self.url, self.number) {
            let event = event.with("status", status.into());
            let event = event.with("durationMs", (env::now() - started).into());
            self.http.tell(event.with("requestId", nullable(answer.request_id.as_deref())));
        }
        let success = (200..300).contains(&status);
        self.incoming.replace(Some(Incoming { answer, text: JsString::from(""), whole: false }));
        let limit = if success { LARGEST_BODY } else { LARGEST_ERROR_BODY };
        let whole = body::read(&response, limit, !success, |text| self.append(text)).await;
        if matches!(whole, Ok(true)) {
            abort.completed.set(true);
            self.complete();
        }
        if !success {
            return Err(self.refusal().unwrap_or(Error::Connection { problem: String::new() }.into()));
        }
        let invalid = |problem: &str| {
            let problem = problem.to_owned();
            Failure::from(Error::InvalidResponse { path: String::new(), status, problem })
        };
        if !whole.map_err(|thrown| self.broken(thrown))? {
            return Err(invalid("is larger than 64 MiB"));
        }
        let text = self.incoming.take().map_or_else(|| JsString::from(""), |incoming| incoming.text);
        let body = js::parse_json(&text);
        if body.is_undefined() {
            let begin = self.mask(&text.slice(0, 2000), text.length() > 2000).slice(0, 40);
            return Err(invalid(&["is not JSON: ", &String::from(begin)].concat()));
        }
        Ok(Reply { status, body, bytes: text.length().into(), retry_after })
    }

    fn read_head(&self, response: &JsValue) -> Result<ErrorResponse, Failure> {
        let status = js::peek(response, "status").as_f64();
        let status = status.filter(|status| (0.0..1000.0).contains(status) && status.fract() == 0.0);
        let status = status.ok_or_else(|| Error::invalid("fetch", "must give a Response"))?;
        let headers = js::peek(response, "headers");
        let header = |name| {
            js::call(&headers, "get", &[js::intern(name)]).ok()?.as_string().filter(|value| !value.is_empty())
        };
        let request_id = ["x-request-id", "request-id", "cf-ray"].into_iter().find_map(header);
        let retry_after = header("retry-after")
            .and_then(|value| parse_retry_after(&value, header("date").as_deref(), js_sys::Date::now()));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a status has three digits
        let status = status as u16;
        let request_id = request_id.map(|id| String::from(self.mask(&JsString::from(id), false)));
        Ok(ErrorResponse { status, request_id, retry_after, ..ErrorResponse::default() })
    }

    fn append(&self, text: &JsString) {
        if let Some(incoming) = &mut *self.incoming.borrow_mut() {
            // Most bodies come in one piece.
            incoming.text =
                if incoming.text.length() == 0 { text.clone() } else { incoming.text.concat(text) };
        }
    }

    fn complete(&self) {
        if let Some(incoming) = &mut *self.incoming.borrow_mut() {
            incoming.whole = true;
        }
    }

    /// The error for an answer that is no success; `None`: there is no such answer.
    fn refusal(&self) -> Option<Failure> {
        let Incoming { mut answer, text, whole } = self.incoming.take()?;
        if (200..300).contains(&answer.status) {
            return None;
        }
        let text = self.mask(&text, !whole);
        let parsed = js::parse_json(&text);
        let body = if parsed.is_undefined() { text.into() } else { parsed };
        // The documentation does not say whether code and message stand on top or inside `error`.
        let error = js::peek(&body, "error");
        let said = |name| js::peek(&error, name).as_string().or_else(|| js::peek(&body, name).as_string());
        answer.api_code = said("code");
        answer.api_message = said("message").or_else(|| error.as_string()).or_else(|| said("detail"));
        Some(Failure::from(Error::Api(answer)).about(body))
    }

    /// The error for what `fetch` or the body threw.
    fn broken(&self, thrown: JsValue) -> Failure {
        let thrown = match &*self.key.borrow() {
            Some(key) => key.clean(thrown),
            None => thrown,
        };
        // "fetch failed" alone helps nobody: Node says why in its cause.
        let said = |value: &JsValue| js::peek(value, "message").as_string();
        let mut problem = said(&thrown).unwrap_or_default();
        if let Some(inner) = said(&js::peek(&thrown, "cause")) {
            problem.push_str(": ");
            problem.push_str(&inner);
        }
        Failure::from(Error::Connection { problem }).because(thrown)
    }

    fn mask(&self, text: &JsString, cut: bool) -> JsString {
        self.key.borrow().as_ref().map_or_else(|| text.clone(), |key| key.mask(text, cut))
    }
}
