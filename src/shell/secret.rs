//! The API key: obtained, checked, and kept out of everything that is handed out.

use super::js;
use super::options::is_header_value;
use crate::core::mask::{SHORTEST, mask};
use js_sys::{Function, JsString};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Where the key comes from.
pub enum KeySource {
    /// The server at the base URL adds it.
    None,
    /// A key that never changes.
    Literal(Key),
    /// A function of the caller's that gives it, called anew before every attempt.
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
    /// Takes a key, or says what is wrong with it.
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
        if self.text.len() < SHORTEST || js::is_free(&thrown, &self.text) {
            return thrown;
        }
        let masked = |value: JsValue| match value.dyn_into::<JsString>() {
            Ok(text) => String::from(self.mask(&text, false)),
            Err(_) => String::new(),
        };
        if thrown.is_string() {
            return masked(thrown).into();
        }
        js::named_error(&masked(js::peek(&thrown, "name")), &masked(js::peek(&thrown, "message")))
    }
}
