//! The API key: asked for, checked, and kept out of everything that is handed out.

use super::failure::Failure;
use super::js;
use super::options::is_header_value;
use crate::core::error::Error;
use js_sys::{Function, JsString, Reflect};
use wasm_bindgen::prelude::*;

/// Where the key comes from.
pub enum KeySource {
    /// The server at the base URL adds it.
    None,
    Literal(Key),
    /// Asked anew before every attempt.
    Function(Function),
}

impl KeySource {
    pub async fn key(&self) -> Result<Option<Key>, Failure> {
        match self {
            Self::None => Ok(None),
            Self::Literal(key) => Ok(Some(key.clone())),
            Self::Function(ask) => {
                let asked = match ask.call0(&JsValue::UNDEFINED) {
                    Ok(answer) => js::settled(&answer).await,
                    Err(thrown) => Err(thrown),
                };
                let failed = |thrown| Failure::from(Error::invalid("apiKey", "failed")).because(thrown);
                let key =
                    Key::new(&asked.map_err(failed)?).map_err(|problem| Error::invalid("apiKey", problem))?;
                Ok(Some(key))
            }
        }
    }
}

/// A key that can be sent.
#[derive(Clone)]
pub struct Key(String);

const MASK: &str = "***";

impl Key {
    pub fn new(value: &JsValue) -> Result<Self, &'static str> {
        let key = value.as_string().ok_or("must be a string, or a function that gives one")?;
        if key.is_empty() {
            Err("is empty")
        } else if !is_header_value(&key) || key.contains([' ', '\t']) {
            Err("has a line break, a blank or a character that is not ASCII")
        } else {
            Ok(Self(key))
        }
    }

    /// The value of the Authorization header.
    pub fn bearer(&self) -> String {
        ["Bearer ", &self.0].concat()
    }

    /// The text with every occurrence of the key masked.
    pub fn mask(&self, text: &JsString) -> JsString {
        text.split(&self.0).join(MASK)
    }

    /// A value that `JSON.parse` made, masked however the key was escaped in it.
    pub fn mask_json(&self, value: JsValue) -> JsValue {
        let Ok(text) = js_sys::JSON::stringify(&value) else { return JsValue::from_str(MASK) };
        let Ok(escaped) = js_sys::JSON::stringify(&JsValue::from_str(&self.0)) else { return value };
        let escaped = escaped.slice(1, escaped.length() - 1);
        if !text.includes(&String::from(&escaped), 0) {
            return value;
        }
        let masked = text.split(&String::from(escaped)).join(MASK);
        js_sys::JSON::parse(&String::from(masked)).unwrap_or_else(|_| JsValue::from_str(MASK))
    }

    /// What was thrown, as it is if nothing in it can show the key, else its name and message, masked.
    pub fn clean(&self, thrown: JsValue) -> JsValue {
        if self.is_free(&thrown, 0) {
            return thrown;
        }
        let masked = |name| match js::peek(&thrown, name).dyn_into::<JsString>() {
            Ok(text) => String::from(self.mask(&text)),
            Err(_) => String::new(),
        };
        let error = js_sys::Error::new(&masked("message"));
        error.set_name(&masked("name"));
        error.into()
    }

    /// Whether the key is nowhere in the value. What cannot be looked into (a Request, Headers) is not free of it.
    fn is_free(&self, value: &JsValue, depth: u32) -> bool {
        const DEEPEST: u32 = 6;
        if let Some(text) = value.dyn_ref::<JsString>() {
            return !text.includes(&self.0, 0);
        }
        if !value.is_object() {
            return true;
        }
        let kind = object_to_string(value);
        let known = ["[object Error]", "[object DOMException]", "[object Object]", "[object Array]"];
        if depth == DEEPEST || !known.contains(&kind.as_str()) {
            return false;
        }
        let inherited = ["name", "message", "stack", "cause"];
        let own = Reflect::own_keys(value).unwrap_or_default();
        let values = own.iter().map(|name| Reflect::get(value, &name));
        inherited
            .into_iter()
            .map(|name| js::get(value, name))
            .chain(values)
            .all(|value| value.is_ok_and(|value| self.is_free(&value, depth + 1)))
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["Object", "prototype", "toString"], js_name = call)]
    fn object_to_string(value: &JsValue) -> String;
}
