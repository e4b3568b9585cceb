//! One attempt: key, fetch, headers and body under one deadline.

use super::env;
use super::failure::Failure;
use super::http::Http;
use super::js::{self, get, nullable, settled};
use super::secret::Key;
use super::slot::{Winner, race};
use super::timer::sleep;
use crate::core::error::{Answer, Error};
use crate::core::retry::parse_retry_after;
use js_sys::{JsString, Uint8Array};
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, TextDecodeOptions, TextDecoder};

/// A body above this is refused.
const LARGEST_BODY: u32 = 64 << 20;
/// An error's body is cut here.
const LARGEST_ERROR_BODY: u32 = 64 << 10;

/// A success.
pub struct Reply {
    pub status: u16,
    /// What `JSON.parse` made of the body.
    pub body: JsValue,
    /// In ms.
    pub retry_after: Option<f64>,
}

/// An answer whose body is still to come.
struct Incoming {
    answer: Answer,
    text: JsString,
}

/// Aborts the request unless it was completed.
struct Abort {
    controller: AbortController,
    completed: Cell<bool>,
}

impl Drop for Abort {
    fn drop(&mut self) {
        if !self.completed.get() {
            self.controller.abort();
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
        Winner::First(result) => result,
        // An answer that is no success says what it says, however much of its body came.
        Winner::Second(()) => Err(attempt.refusal().unwrap_or(Error::Timeout { timeout_ms }.into())),
    }
}

impl Attempt<'_> {
    async fn run(&self) -> Result<Reply, Failure> {
        let key = self.http.key.key().await?;
        let abort = Abort {
            controller: AbortController::new().map_err(|thrown| self.broken(thrown))?,
            completed: Cell::new(false),
        };
        let init = self.http.init(key.as_ref(), &abort.controller.signal());
        self.key.replace(key);
        self.http.tell("request", self.url, self.number, &[]);
        let started = env::now();
        let response = self.http.fetch(self.url, &init).map_err(|thrown| self.broken(thrown))?;
        let response = settled(&response).await.map_err(|thrown| self.broken(thrown))?;
        let answer = self.read_head(&response)?;
        let status = answer.status;
        let retry_after = answer.retry_after;
        self.http.tell(
            "response",
            self.url,
            self.number,
            &[
                ("status", status.into()),
                ("durationMs", (env::now() - started).into()),
                ("requestId", nullable(answer.request_id.as_deref())),
            ],
        );
        let success = (200..300).contains(&status);
        self.incoming.replace(Some(Incoming { answer, text: JsString::from("") }));
        let whole = self.read_body(&response, if success { LARGEST_BODY } else { LARGEST_ERROR_BODY }).await;
        abort.completed.set(matches!(whole, Ok(true)));
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
        match js::parse_json(&text) {
            Ok(body) => Ok(Reply { status, body, retry_after }),
            Err(_) => {
                let begin = String::from(self.mask(&text).slice(0, 40));
                Err(invalid(&["is not JSON: ", &begin].concat()))
            }
        }
    }

    fn read_head(&self, response: &JsValue) -> Result<Answer, Failure> {
        let status = js::peek(response, "status").as_f64();
        let status = status.ok_or_else(|| Error::invalid("fetch", "must give a Response"))?;
        let headers = js::peek(response, "headers");
        let header = |name| js::call(&headers, "get", &[js::text(name)]).ok()?.as_string();
        let request_id = ["x-request-id", "request-id", "cf-ray"].into_iter().find_map(header);
        let retry_after = header("retry-after")
            .and_then(|value| parse_retry_after(&value, header("date").as_deref(), js_sys::Date::now()));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a status has three digits
        let status = status as u16;
        let request_id = request_id.map(|id| String::from(self.mask(&JsString::from(id))));
        Ok(Answer { status, request_id, retry_after, ..Answer::default() })
    }

    /// Reads the body into `incoming`; false: it is larger than `limit`, and was cut.
    async fn read_body(&self, response: &JsValue, limit: u32) -> Result<bool, JsValue> {
        let body = get(response, "body")?;
        if !js::peek(&body, "getReader").is_function() {
            // No stream: an empty body, or a fetch (React Native's, a mock) that has none.
            if js::peek(response, "text").is_function() && !body.is_null() {
                let text = settled(&js::call(response, "text", &[])?).await?;
                self.append(&text.unchecked_into());
            }
            return Ok(true);
        }
        let reader = js::call(&body, "getReader", &[])?;
        let decoder = TextDecoder::new()?;
        let more = TextDecodeOptions::new();
        more.set_stream(true);
        let mut size = 0;
        loop {
            let part = settled(&js::call(&reader, "read", &[])?).await?;
            if get(&part, "done")?.is_truthy() {
                self.append(&decoder.decode()?.into());
                return Ok(true);
            }
            let mut chunk: Uint8Array = get(&part, "value")?.dyn_into()?;
            let room = limit - size;
            let cut = chunk.length() > room;
            if cut {
                chunk = chunk.subarray(0, room);
            }
            size += chunk.length();
            self.append(&decoder.decode_with_js_u8_array_and_options(&chunk, &more)?.into());
            if cut {
                return Ok(false);
            }
        }
    }

    fn append(&self, text: &JsString) {
        if let Some(incoming) = &mut *self.incoming.borrow_mut() {
            incoming.text = incoming.text.concat(text);
        }
    }

    /// The error for an answer that is no success; `None`: there is no such answer.
    fn refusal(&self) -> Option<Failure> {
        let Incoming { mut answer, text } = self.incoming.take()?;
        if (200..300).contains(&answer.status) {
            return None;
        }
        let text = self.mask(&text);
        let body = js::parse_json(&text).map(|body| self.masked_json(body)).unwrap_or(text.into());
        // The documentation does not say whether code and message stand on top or inside `error`.
        let error = js::peek(&body, "error");
        let inner = if error.is_object() { &error } else { &body };
        let said = |name| js::peek(inner, name).as_string();
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
        let inner = said(&js::peek(&thrown, "cause")).map(|inner| [": ", &inner].concat());
        let problem = [said(&thrown), inner].into_iter().flatten().collect();
        Failure::from(Error::Connection { problem }).because(thrown)
    }

    fn mask(&self, text: &JsString) -> JsString {
        self.key.borrow().as_ref().map_or_else(|| text.clone(), |key| key.mask(text))
    }

    fn masked_json(&self, body: JsValue) -> JsValue {
        match &*self.key.borrow() {
            Some(key) => key.mask_json(body),
            None => body,
        }
    }
}
