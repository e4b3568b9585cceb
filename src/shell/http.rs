//! What every request of a client has in common, and a request as attempts until one is accepted.

use super::env;
use super::exchange::{Reply, attempt};
use super::failure::Failure;
use super::js;
use super::secret::{Key, KeySource};
use super::timer::sleep;
use crate::core::error::Error;
use crate::core::retry::{Patience, delay_after};
use crate::core::route::{Base, Endpoint};
use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;

/// A client's settings, as far as requests depend on them.
pub struct Http {
    pub base: Base,
    pub key: KeySource,
    /// Undefined: the global one.
    pub custom_fetch: Option<Function>,
    /// Names and values of all but Authorization, checked.
    pub headers: Vec<(String, String)>,
    pub on_event: Option<Function>,
    /// Whether a page or its worker runs this.
    pub in_page: bool,
}

impl Http {
    /// Asks until an answer is accepted or nothing more can be done.
    pub async fn request(&self, endpoint: Endpoint, id: &str, patience: Patience) -> Result<Reply, Failure> {
        let url = endpoint.url(&self.base, id);
        let mut number = 1;
        loop {
            let failure = match attempt(self, &url, number, patience.timeout_ms).await {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure.with(|details| details.attempts = number),
            };
            let unit = js_sys::Math::random();
            let Some(delay) = delay_after(failure.error.fault(), number, patience.max_retries, unit) else {
                return Err(failure);
            };
            if self.on_event.is_some() {
                let facts = [("delayMs", delay.into()), ("error", failure.to_js())];
                self.tell("retry", &url, number, &facts);
            }
            sleep(delay).await;
            number += 1;
        }
    }

    /// The second argument of `fetch`.
    pub fn init(&self, key: Option<&Key>, signal: &JsValue) -> JsValue {
        let pairs: Array =
            self.headers.iter().map(|(name, value)| Array::of2(&name.into(), &value.into())).collect();
        // Not one assignment each: a header may be named "__proto__".
        let headers = Object::from_entries(&pairs).unwrap_or_default().into();
        if let Some(key) = key {
            js::set(&headers, "Authorization", &key.bearer().into());
        }
        let init = js::object(&[
            ("method", js::text("GET").clone()),
            ("headers", headers),
            // Following a redirect can carry the key away; "error" is refused by workerd.
            ("redirect", js::text("manual").clone()),
            ("signal", signal.clone()),
        ]);
        // Next.js would otherwise answer a poll from its cache for ever.
        if env::knows_cache() {
            js::set(&init, "cache", js::text("no-store"));
        }
        init
    }

    /// The function to fetch with, called as a plain one.
    pub fn fetch(&self) -> Result<Function, Error> {
        let global = || env::fetch().dyn_into().ok();
        let missing = || Error::invalid("fetch", "is needed: this runtime has none of its own");
        self.custom_fetch.clone().or_else(global).ok_or_else(missing)
    }

    /// Tells `onEvent`; false: there is none. What it throws is ignored, and so is a promise of it that is rejected.
    pub fn tell(
        &self,
        kind: &'static str,
        url: &str,
        attempt: u32,
        facts: &[(&'static str, JsValue)],
    ) -> bool {
        let Some(on_event) = &self.on_event else { return false };
        let event = js::object(&[
            ("type", js::text(kind).clone()),
            ("url", JsValue::from_str(url)),
            ("attempt", attempt.into()),
        ]);
        for (name, value) in facts {
            js::set(&event, name, value);
        }
        js::ignore(on_event.call1(&JsValue::UNDEFINED, &event));
        true
    }
}
