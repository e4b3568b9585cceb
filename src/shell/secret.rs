//! The API key: asked for, checked, and kept out of everything that is handed out.

use super::js;
use super::options::is_header_value;
use crate::core::mask::{SHORTEST, mask};
use js_sys::{Function, JsString, Reflect};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// How far [`Key::clean`] looks into what was thrown before it takes it for not free of the key.
const DEEPEST: u32 = 6;
const MOST_LOOKED_AT: u32 = 1000;

/// Where the key comes from.
pub enum KeySource {
    /// The server at the base URL adds it.
    None,
    Literal(Key),
    /// Asked anew before every attempt.
    Function(Function),
}

/// A key that can be sent.
#[derive(Clone)]
pub struct Key {
    text: Rc<str>,
    /// The value of the Authorization header.
    bearer: JsValue,
}

impl Key {
    pub fn new(value: &JsValue) -> Result<Self, &'static str> {
        let key = value.as_string().ok_or("must be a string, or a function that gives one")?;
        if key.is_empty() {
            Err("is empty")
        } else if !is_header_value(&key) || key.bytes().any(|byte| byte.is_ascii_whitespace()) {
            Err("has a line break, a blank or a character that is not ASCII")
        } else {
            let bearer = JsValue::from_str(&["Bearer ", &key].concat());
            Ok(Self { text: key.into(), bearer })
        }
    }

    /// The value of the Authorization header.
    pub fn bearer(&self) -> &JsValue {
        &self.bearer
    }

    /// Whether the text has the key in it.
    pub fn is_in(&self, text: &str) -> bool {
        mask(text, &self.text, false).is_some()
    }

    /// The text with every occurrence of the key masked. `cut`: it is not the whole text.
    pub fn mask(&self, text: &JsString, cut: bool) -> JsString {
        mask(&String::from(text), &self.text, cut).map_or_else(|| text.clone(), JsString::from)
    }

    /// What was thrown, as it is if nothing in it can show the key, else its name and message, masked.
    pub fn clean(&self, thrown: JsValue) -> JsValue {
        if self.text.len() < SHORTEST || self.is_free(&thrown, 0, &Cell::new(MOST_LOOKED_AT)) {
            return thrown;
        }
        let masked = |value: JsValue| match value.dyn_into::<JsString>() {
            Ok(text) => String::from(self.mask(&text, false)),
            Err(_) => String::new(),
        };
        if thrown.is_string() {
            return masked(thrown).into();
        }
        let error = js_sys::Error::new(&masked(js::peek(&thrown, "message")));
        error.set_name(&masked(js::peek(&thrown, "name")));
        error.into()
    }

    /// Whether the key is nowhere in the value. What cannot be looked into (a Request, Headers) is not free of it.
    fn is_free(&self, value: &JsValue, depth: u32, left: &Cell<u32>) -> bool {
        let Some(one_less) = left.get().checked_sub(1) else { return false };
        left.set(one_less);
        if let Some(text) = value.dyn_ref::<JsString>() {
            return !text.includes(&self.text, 0);
        }
        if value.is_symbol() {
            return self.is_free(&js::peek(value, "description"), depth, left);
        }
        if !value.is_object() {
            return !value.is_function();
        }
        let known = ["[object Error]", "[object DOMException]", "[object Object]", "[object Array]"];
        if depth == DEEPEST || !known.contains(&js::kind(value).as_str()) {
            return false;
        }
        let is_free =
            |part: Result<JsValue, JsValue>| part.is_ok_and(|part| self.is_free(&part, depth + 1, left));
        for inherited in ["name", "message", "stack", "cause"] {
            if !is_free(js::get(value, inherited)) {
                return false;
            }
        }
        let own = Reflect::own_keys(value).unwrap_or_default();
        for index in 0..own.length() {
            let name = own.get(index);
            let member = Reflect::get(value, &name);
            if !is_free(Ok(name)) || !is_free(member) {
                return false;
            }
        }
        true
    }
}
