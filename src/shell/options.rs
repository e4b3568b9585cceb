//! Options in: every value checked, every name known.

use super::abort::Signal;
use super::check;
use super::failure::Failure;
use super::js;
use super::secret::KeySource;
use js_sys::{Array, Function, JsString};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// The options of a single request.
pub const REQUEST: &[&str] = &["signal", "timeoutMs", "maxRetries"];

/// When a wait or a watch polls, and how long.
pub const PACE: &[&str] = &["maxWaitMs", "intervalMs", "minIntervalMs", "maxIntervalMs", "maxPollErrors"];
/// What else a wait takes.
pub const WAIT: &[&str] =
    &["initialDelayMs", "state", "onUpdate", "onPoll", "onPollError", "throwOnFailure", "onBlocked"];
/// What else a watch of a job takes.
pub const WATCH_JOB: &[&str] = &["initialDelayMs", "state", "onBlocked", "everyPoll"];
/// What else a watch of a project takes.
pub const WATCH_PROJECT: &[&str] = &["initialDelayMs", "state", "everyPoll", "stopWhenIdle"];
/// What else a check of a project takes.
pub const CHECK_PROJECT: &[&str] = &["stopWhenIdle"];

/// A longer id is refused, in UTF-16 units: those of the API are far shorter.
const LONGEST_ID: u32 = 1024;
const GREATER: &str = "must be a number of milliseconds, greater than 0";
const WHOLE: &str = "must be a whole number, 0 or more";

/// An options argument. A member that is undefined counts as not given.
///
/// The first thing that is wrong is kept for [`Options::checked`]; what is read after that is as if not given.
pub struct Options {
    value: JsValue,
    problem: RefCell<Option<Failure>>,
}

impl Options {
    /// Refuses what is no object, and names that are in none of the lists.
    pub fn new(value: JsValue, known: &[&'static [&'static str]]) -> Self {
        let lists = Array::new();
        for list in known {
            lists.push(js::intern_all(list));
        }
        let options = Self { value, problem: RefCell::default() };
        if let Some(wrong) = js::check_names(&options.value, &lists) {
            let text = |at| wrong.get(at).as_string().unwrap_or_default();
            options.refuse(&text(0), &text(1));
        }
        options
    }

    /// Takes note of what is wrong with an option.
    pub fn refuse(&self, name: &str, problem: &str) {
        let mut first = self.problem.borrow_mut();
        if first.is_none() {
            *first = Some(Failure::invalid(name, problem));
        }
    }

    /// The first thing that is wrong, if any. It is to be called before anything is done.
    pub fn checked(&self) -> Result<(), Failure> {
        self.problem.take().map_or(Ok(()), Err)
    }

    /// Undefined: not given.
    pub fn get(&self, name: &'static str) -> JsValue {
        if self.problem.borrow().is_some() {
            return JsValue::UNDEFINED;
        }
        js::get(&self.value, name).unwrap_or_else(|_| {
            self.refuse(name, "cannot be read");
            JsValue::UNDEFINED
        })
    }

    /// A number of milliseconds, finite and 0 or more.
    pub fn duration(&self, name: &'static str) -> Option<f64> {
        self.number(name, "must be a number of milliseconds, 0 or more", |ms| ms.is_finite() && ms >= 0.0)
    }

    /// A number of milliseconds, finite and greater than 0.
    pub fn span(&self, name: &'static str) -> Option<f64> {
        self.number(name, GREATER, |ms| ms.is_finite() && ms > 0.0)
    }

    /// A number of milliseconds greater than 0, infinity included.
    pub fn limit(&self, name: &'static str) -> Option<f64> {
        self.number(name, GREATER, |ms| ms > 0.0)
    }

    /// A number of milliseconds, finite and 1 or more.
    pub fn poll_floor(&self) -> Option<f64> {
        self.number("pollFloorMs", "must be a number of milliseconds, 1 or more", |ms| {
            ms.is_finite() && ms >= 1.0
        })
    }

    /// A whole number, 0 or more.
    pub fn count(&self, name: &'static str) -> Option<u32> {
        self.number(name, WHOLE, |count| count >= 0.0 && count.fract() == 0.0).map(clamped)
    }

    /// A whole number, 1 or more, infinity included.
    pub fn places(&self, name: &'static str) -> Option<usize> {
        let fits = |count: f64| count >= 1.0 && (count.fract() == 0.0 || count.is_infinite());
        self.number(name, "must be a whole number, 1 or more", fits).map(|count| clamped(count) as usize)
    }

    /// A whole number, 0 or more, or infinity.
    pub fn endless_count(&self, name: &'static str) -> Option<u32> {
        let whole = |count: f64| count >= 0.0 && (count.fract() == 0.0 || count.is_infinite());
        self.number(name, WHOLE, whole).map(clamped)
    }

    fn number(&self, name: &'static str, problem: &'static str, fits: fn(f64) -> bool) -> Option<f64> {
        let value = self.get(name);
        // NaN fits nowhere.
        let number = value.as_f64().unwrap_or(f64::NAN);
        if fits(number) {
            return Some(number);
        }
        let endless = number == f64::INFINITY && fits(f64::MAX);
        self.unless_absent(&value, name, if endless { "must be finite" } else { problem });
        None
    }

    /// Refuses a value of the wrong kind.
    fn unless_absent(&self, value: &JsValue, name: &str, problem: &str) {
        if !value.is_undefined() {
            self.refuse(name, problem);
        }
    }

    /// Whether the second of two words was chosen.
    pub fn second(&self, name: &'static str, [first, second]: [&'static str; 2], problem: &str) -> bool {
        let value = self.get(name);
        let chosen = value == *js::intern(second);
        if !chosen && value != *js::intern(first) {
            self.unless_absent(&value, name, problem);
        }
        chosen
    }

    /// A boolean; false if it is not given.
    pub fn flag(&self, name: &'static str) -> bool {
        let value = self.get(name);
        value.as_bool().unwrap_or_else(|| {
            self.unless_absent(&value, name, "must be true or false");
            false
        })
    }

    /// A function, of any realm.
    pub fn function(&self, name: &'static str) -> Option<Function> {
        let value = self.get(name);
        if value.is_function() {
            return Some(value.unchecked_into());
        }
        self.unless_absent(&value, name, "must be a function");
        None
    }

    /// A URL as a string or an object, be it of another realm or a library.
    pub fn url(&self, name: &'static str) -> Option<String> {
        let value = self.get(name);
        let text = if value.is_object() { js::peek(&value, "href") } else { value.clone() };
        let text = text.as_string();
        if text.is_none() {
            self.unless_absent(&value, name, "must be a string or a URL");
        }
        text
    }

    /// A state of a wait; what cannot be read is as if absent, what is no string is refused.
    pub fn state(&self) -> Option<String> {
        check::state(&self.get("state")).unwrap_or_else(|failure| {
            self.problem.borrow_mut().get_or_insert(failure);
            None
        })
    }

    /// The option `signal`: an AbortSignal, or what looks like one.
    pub fn signal(&self) -> Option<Signal> {
        let value = self.get("signal");
        if value.is_undefined() {
            return None;
        }
        let signal = Signal::new(value);
        if signal.is_none() {
            self.refuse("signal", "must be an AbortSignal");
        }
        signal
    }

    /// The names and values of an object of strings, as pairs.
    pub fn strings(&self, name: &'static str) -> Array {
        let value = self.get(name);
        js::pairs(&value).unwrap_or_else(|| {
            self.unless_absent(&value, name, "must be a plain object of strings");
            Array::new()
        })
    }
}

/// As much of a whole number as fits; infinity is the most.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn clamped(count: f64) -> u32 {
    count as u32
}

/// What is wrong with an id that URLs and errors must not show.
pub const HOLDS_KEY: &str = "holds the API key";

/// An id: a string that can be one path segment, and does not hold the client's key. URLs and errors show the id.
pub fn id(argument: &'static str, value: &JsValue, key: &KeySource) -> Result<String, Failure> {
    let invalid = |problem| Err(Failure::invalid(argument, problem));
    let Some(text) = value.dyn_ref::<JsString>() else { return invalid("must be a string") };
    // Before it is copied: an id of a gigabyte is a mistake that should cost nothing.
    if text.length() > LONGEST_ID {
        return invalid("is longer than 1024 characters");
    }
    let text = String::from(text);
    if *value != JsValue::from_str(&text) {
        return invalid("has a lone surrogate");
    }
    if let KeySource::Literal(key) = key
        && key.is_in(&text)
    {
        return invalid(HOLDS_KEY);
    }
    match crate::core::route::check_id(&text) {
        Some(problem) => invalid(problem),
        None => Ok(text),
    }
}

/// Several ids out of an iterable.
pub fn ids(argument: &'static str, value: &JsValue, key: &KeySource) -> Result<Vec<String>, Failure> {
    // A string is an iterable too: of letters.
    let given = if value.is_string() { None } else { js::strings(value) };
    let problem = "must be an iterable of job ids";
    let given = given.ok_or_else(|| Failure::invalid(argument, problem))?;
    let mut ids = Vec::new();
    for index in 0..given.length() {
        ids.push(id(argument, &given.get(index), key).map_err(|failure| failure.at(index))?);
    }
    Ok(ids)
}

/// A string that a header may hold: visible ASCII and, inside, blanks.
pub fn is_header_value(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ' || byte == b'\t')
        && text.trim_ascii() == text
}

/// What separates the parts of a header's value (RFC 9110, section 5.6.2).
fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'"' | b'('
            | b')'
            | b','
            | b'/'
            | b':'
            | b';'
            | b'<'
            | b'='
            | b'>'
            | b'?'
            | b'@'
            | b'['
            | b'\\'
            | b']'
            | b'{'
            | b'}'
    )
}

/// A name that a header may have (RFC 9110, section 5.1).
pub fn is_header_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !is_delimiter(byte))
}
