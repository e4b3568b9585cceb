//! What every request of a client has in common, and a request as attempts until one is accepted.

use super::base::Base;
use super::env;
use super::exchange::{Reply, attempt};
use super::failure::{Failure, StopReason};
use super::js;
use super::oneshot::{Either, Oneshot, race};
use super::secret::KeySource;
use super::timer::sleep;
use crate::core::error::Error;
use crate::core::retry::{RetryPolicy, delay_after};
use crate::core::route::Endpoint;
use js_sys::Function;
use wasm_bindgen::prelude::*;

/// A client's settings, as far as requests depend on them.
pub struct Http {
    pub base: Base,
    pub key: KeySource,
    /// Undefined: the global one.
    pub custom_fetch: Option<Function>,
    /// The second argument of `fetch`, without what each attempt has of its own.
    pub init: JsValue,
    pub on_event: Option<Function>,
    /// Whether a page or its worker runs this.
    pub in_page: bool,
}

impl Http {
    /// Asks until an answer is accepted, nothing more can be done, or something is in `stop`.
    pub async fn request(
        &self,
        endpoint: Endpoint,
        id: &str,
        retry_policy: RetryPolicy,
        stop: &Oneshot<StopReason>,
    ) -> Result<Reply, StopReason> {
        match race(self.attempts(endpoint, id, retry_policy), stop.filled()).await {
            Either::First(result) => Ok(result?),
            Either::Second(stop) => Err(stop),
        }
    }

    async fn attempts(
        &self,
        endpoint: Endpoint,
        id: &str,
        retry_policy: RetryPolicy,
    ) -> Result<Reply, Failure> {
        let url = self.base.url(endpoint, id)?;
        let mut number = 1;
        loop {
            let failure = match attempt(self, &url, number, retry_policy.timeout_ms).await {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure.with(|details| details.attempts = number),
            };
            let unit = js_sys::Math::random();
            let Some(delay) = delay_after(failure.error.kind(), number, retry_policy.max_retries, unit)
            else {
                return Err(failure);
            };
            if let Some(event) = self.event("retry", &url, number) {
                self.tell(event.with("delayMs", delay.into()).with("error", failure.to_js()));
            }
            sleep(delay).await;
            number += 1;
        }
    }

    /// The function to fetch with, called as a plain one.
    pub fn fetch(&self) -> Result<Function, Error> {
        let global = || env::fetch().dyn_into().ok();
        let missing = || Error::invalid("fetch", "is needed: this runtime has none of its own");
        self.custom_fetch.clone().or_else(global).ok_or_else(missing)
    }

    /// An event to tell; `None`: nobody wants to know.
    pub fn event(&self, kind: &'static str, url: &str, attempt: u32) -> Option<js::Record> {
        self.on_event.as_ref()?;
        let event = js::record().with("type", js::intern(kind).clone());
        Some(event.with("url", JsValue::from_str(url)).with("attempt", attempt.into()))
    }

    /// Tells `onEvent`. What it throws is ignored, and so is a promise of it that is rejected.
    pub fn tell(&self, event: js::Record) {
        if let Some(on_event) = &self.on_event {
            js::ignore(on_event.call1(&JsValue::UNDEFINED, &event.into()));
        }
    }
}
