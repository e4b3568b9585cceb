//! Options in: every value checked, every name known.

use super::abort::Signal;
use super::js;
use crate::core::error::Error;
use js_sys::{Array, Function, JsString};
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

/// Far above the API's own, in UTF-16 units.
const LONGEST_ID: u32 = 1024;
const GREATER: &str = "must be a number of milliseconds, greater than 0";

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
                let mut problem = String::from("is no option here; there are");
                let mut separator = " ";
                for known in known.iter().copied().flatten() {
                    problem.push_str(separator);
                    problem.push_str(known);
                    separator = ", ";
                }
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
        let problem = if least > 0.0 { GREATER } else { "must be a number of milliseconds, 0 or more" };
        self.number(name, problem, |ms| ms.is_finite() && ms >= least)
    }

    /// A number of milliseconds greater than 0, infinity included.
    pub fn limit(&self, name: &'static str) -> Result<Option<f64>, Error> {
        self.number(name, GREATER, |ms| ms > 0.0)
    }

    /// A whole number, 0 or more. Infinity is taken where that makes sense.
    pub fn count(&self, name: &'static str, endless: bool) -> Result<Option<u32>, Error> {
        let whole = |count: f64| count >= 0.0 && (count.fract() == 0.0 || endless && count.is_infinite());
        let count = self.number(name, "must be a whole number, 0 or more", whole)?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to its range
        Ok(count.map(|count| count as u32))
    }

    fn number(
        &self,
        name: &'static str,
        problem: &'static str,
        fits: impl Fn(f64) -> bool,
    ) -> Result<Option<f64>, Error> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        // NaN fits nowhere.
        let number = value.as_f64().unwrap_or(f64::NAN);
        if fits(number) { Ok(Some(number)) } else { Err(Error::invalid(name, problem)) }
    }

    /// Whether the second of two words was chosen.
    pub fn second(&self, name: &'static str, words: [&'static str; 2], problem: &str) -> Result<bool, Error> {
        let Some(value) = self.get(name)? else { return Ok(false) };
        let chosen = words.into_iter().position(|word| value == *js::text(word));
        chosen.map(|index| index == 1).ok_or_else(|| Error::invalid(name, problem))
    }

    pub fn flag(&self, name: &'static str) -> Result<bool, Error> {
        let Some(value) = self.get(name)? else { return Ok(false) };
        value.as_bool().ok_or_else(|| Error::invalid(name, "must be true or false"))
    }

    pub fn function(&self, name: &'static str) -> Result<Option<Function>, Error> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        value.dyn_into().map(Some).map_err(|_| Error::invalid(name, "must be a function"))
    }

    /// A URL as a string or an object, be it of another realm or a library.
    pub fn url(&self, name: &'static str) -> Result<Option<String>, Error> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        let text = if value.is_object() { js::peek(&value, "href") } else { value };
        text.as_string().map(Some).ok_or_else(|| Error::invalid(name, "must be a string or a URL"))
    }

    pub fn signal(&self) -> Result<Option<Signal>, Error> {
        let Some(value) = self.get("signal")? else { return Ok(None) };
        Signal::new(value).map(Some).ok_or_else(|| Error::invalid("signal", "must be an AbortSignal"))
    }

    /// The names and values of an object of strings.
    pub fn strings(&self, name: &'static str) -> Result<Vec<(String, String)>, Error> {
        let Some(value) = self.get(name)? else { return Ok(Vec::new()) };
        let problem = || Error::invalid(name, "must be a plain object of strings");
        // A Headers or a Map has no keys: taking one in silence would lose what it holds.
        let pairs = entries(&value).ok().filter(|_| js::is_plain(&value)).ok_or_else(problem)?;
        let mut strings = Vec::new();
        for pair in pairs.iter() {
            let pair: Array = pair.unchecked_into();
            match (pair.get(0).as_string(), pair.get(1).as_string()) {
                (Some(name), Some(value)) => strings.push((name, value)),
                _ => return Err(problem()),
            }
        }
        Ok(strings)
    }
}

/// An id: a string that can be one path segment.
pub fn id(argument: &'static str, value: &JsValue) -> Result<String, Error> {
    let text = value.dyn_ref::<JsString>().ok_or_else(|| Error::invalid(argument, "must be a string"))?;
    // Before it is copied: an id of a gigabyte is a mistake that should cost nothing.
    if text.length() > LONGEST_ID {
        return Err(Error::invalid(argument, "is longer than 1024 characters"));
    }
    let text = String::from(text);
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
