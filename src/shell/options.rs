//! Options in: every value checked, every name known.

use super::abort::Signal;
use super::js;
use crate::core::error::Error;
use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

/// The options of a single request.
pub const REQUEST: &[&str] = &["signal", "timeoutMs", "maxRetries"];

/// When a wait or a watch polls, and how long.
pub const PACE: &[&str] =
    &["maxWaitMs", "intervalMs", "minIntervalMs", "maxIntervalMs", "initialDelayMs", "maxPollErrors"];
/// What else a wait takes.
pub const WAIT: &[&str] = &["onUpdate", "onPoll", "throwOnFailure", "onBlocked"];
/// What else a watch of a job takes.
pub const WATCH_JOB: &[&str] = &["onBlocked", "everyPoll"];
/// What else a watch of a project takes.
pub const WATCH_PROJECT: &[&str] = &["everyPoll", "stopWhenIdle"];

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Object, js_name = keys, catch)]
    fn keys(object: &JsValue) -> Result<Array, JsValue>;

    #[wasm_bindgen(js_namespace = Object, js_name = entries, catch)]
    fn entries(object: &JsValue) -> Result<Array, JsValue>;
}

/// An options argument. A member that is undefined counts as not given.
pub struct Options(JsValue);

impl Options {
    /// Refuses what is no object, and names that are in none of the lists.
    pub fn new(value: JsValue, known: &[&[&'static str]]) -> Result<Self, Error> {
        if value.is_undefined() {
            return Ok(Self(value));
        }
        // An AbortSignal or a Map has no keys: taking one in silence would lose what it holds.
        if !js::is_plain(&value) {
            return Err(Error::invalid("options", "must be a plain object"));
        }
        let names = keys(&value).map_err(|_| Error::invalid("options", "cannot be read"))?;
        for name in names.iter().filter_map(|name| name.as_string()) {
            if !known.iter().any(|list| list.contains(&name.as_str())) {
                let problem = ["is no option here; there are ", &known.concat().join(", ")].concat();
                return Err(Error::invalid(&name, &problem));
            }
        }
        Ok(Self(value))
    }

    pub fn get(&self, name: &'static str) -> Result<Option<JsValue>, Error> {
        let value = js::get(&self.0, name).map_err(|_| Error::invalid(name, "cannot be read"))?;
        Ok(Some(value).filter(|value| !value.is_undefined()))
    }

    /// A number of milliseconds, at least `least` and finite.
    pub fn duration(&self, name: &'static str, least: f64) -> Result<Option<f64>, Error> {
        let at_least = |limit| ["must be a number of milliseconds, ", limit].concat();
        self.checked(name, |value| {
            value
                .as_f64()
                .filter(|ms| ms.is_finite() && *ms >= least)
                .ok_or_else(|| at_least(if least > 0.0 { "greater than 0" } else { "0 or more" }))
        })
    }

    /// A number of milliseconds greater than 0, infinity included.
    pub fn limit(&self, name: &'static str) -> Result<Option<f64>, Error> {
        self.checked(name, |value| {
            let ms = value.as_f64().filter(|ms| *ms > 0.0);
            ms.ok_or_else(|| "must be a number of milliseconds, greater than 0".to_owned())
        })
    }

    /// One of two words.
    pub fn choice(
        &self,
        name: &'static str,
        words: [&'static str; 2],
    ) -> Result<Option<&'static str>, Error> {
        self.checked(name, |value| {
            let found = words.into_iter().find(|word| value == *word);
            found.ok_or_else(|| {
                ["must be ", &words.map(|word| ["\"", word, "\""].concat()).join(" or ")].concat()
            })
        })
    }

    /// A whole number, 0 or more. Infinity is taken where that makes sense.
    pub fn count(&self, name: &'static str, endless: bool) -> Result<Option<u32>, Error> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        // checked, and clamped to its range
        self.checked(name, |value| match value.as_f64() {
            Some(number) if number >= 0.0 && (number.fract() == 0.0 || endless && number.is_infinite()) => {
                Ok(number as u32)
            }
            _ => Err("must be a whole number, 0 or more".to_owned()),
        })
    }

    pub fn flag(&self, name: &'static str) -> Result<bool, Error> {
        let value =
            self.checked(name, |value| value.as_bool().ok_or_else(|| "must be true or false".to_owned()));
        Ok(value?.unwrap_or(false))
    }

    pub fn function(&self, name: &'static str) -> Result<Option<Function>, Error> {
        self.checked(name, |value| value.dyn_into().map_err(|_| "must be a function".to_owned()))
    }

    /// A URL as a string or an object, be it of another realm or a library.
    pub fn url(&self, name: &'static str) -> Result<Option<String>, Error> {
        self.checked(name, |value| {
            let text = if value.is_object() { js::peek(&value, "href") } else { value };
            text.as_string().ok_or_else(|| "must be a string or a URL".to_owned())
        })
    }

    pub fn signal(&self) -> Result<Option<Signal>, Error> {
        self.checked("signal", |value| Signal::new(value).ok_or_else(|| "must be an AbortSignal".to_owned()))
    }

    /// The names and values of an object of strings.
    pub fn strings(&self, name: &'static str) -> Result<Vec<(String, String)>, Error> {
        let problem = || "must be a plain object of strings".to_owned();
        let strings = self.checked(name, |value| {
            // A Headers or a Map has no keys: taking one in silence would lose what it holds.
            let pairs = entries(&value).ok().filter(|_| js::is_plain(&value)).ok_or_else(problem)?;
            let pair = |pair: JsValue| {
                let pair: Array = pair.unchecked_into();
                Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
            };
            pairs.iter().map(|both| pair(both).ok_or_else(problem)).collect()
        })?;
        Ok(strings.unwrap_or_default())
    }

    fn checked<T>(
        &self,
        name: &'static str,
        check: impl FnOnce(JsValue) -> Result<T, String>,
    ) -> Result<Option<T>, Error> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        check(value).map(Some).map_err(|problem| Error::invalid(name, &problem))
    }
}

/// An id: a string that can be one path segment.
pub fn id(argument: &'static str, value: &JsValue) -> Result<String, Error> {
    let text = value.as_string().ok_or_else(|| Error::invalid(argument, "must be a string"))?;
    if *value != JsValue::from_str(&text) {
        return Err(Error::invalid(argument, "has a lone surrogate"));
    }
    match crate::core::route::check_id(&text) {
        Some(problem) => Err(Error::invalid(argument, problem)),
        None => Ok(text),
    }
}

/// A string that a header may hold: visible ASCII and, inside, blanks.
pub fn is_header_value(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ' || byte == b'\t') && text.trim() == text
}

/// A name that a header may have (RFC 9110, section 5.1).
pub fn is_header_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
