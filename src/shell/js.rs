//! Reading JavaScript values that are not ours: any access may throw, so each is a `Result`.

use js_sys::{Array, Function};
use std::cell::Cell;
use wasm_bindgen::prelude::*;

/// A constant of this crate as a JavaScript value.
struct Constant {
    start: usize,
    length: usize,
    value: JsValue,
}

/// More than there are constants, so that a place is always found.
const PLACES: usize = 256;

thread_local! {
    static CONSTANTS: [Cell<Option<&'static Constant>>; PLACES] = const { [const { Cell::new(None) }; PLACES] };
}

/// What is kept of what lies at `start`, made the first time.
fn intern_at(start: usize, length: usize, make: &dyn Fn() -> JsValue) -> &'static JsValue {
    let keep = || -> &'static Constant { Box::leak(Box::new(Constant { start, length, value: make() })) };
    CONSTANTS.with(|constants| {
        // A hash table by address: what finds its place taken goes to the next one.
        for step in 0..PLACES {
            let Some(place) = constants.get(((start >> 2) + step) % PLACES) else { continue };
            let known = place.get().unwrap_or_else(keep);
            place.set(Some(known));
            if known.start == start && known.length == length {
                return &known.value;
            }
        }
        &keep().value
    })
}

/// A string constant as a JavaScript value, made once and kept.
pub fn intern(constant: &'static str) -> &'static JsValue {
    intern_at(constant.as_ptr().addr(), constant.len(), &|| JsValue::from_str(constant))
}

/// Several string constants as a JavaScript array, made once and kept.
pub fn intern_all(constants: &'static [&'static str]) -> &'static JsValue {
    intern_at(constants.as_ptr().addr(), constants.len(), &|| {
        let list = Array::new();
        for constant in constants {
            list.push(intern(constant));
        }
        list.into()
    })
}

#[wasm_bindgen(module = "/src/shell/values.js")]
extern "C" {
    /// `target?.[name]`, but for what all objects have.
    #[wasm_bindgen(js_namespace = values, catch)]
    fn member(target: &JsValue, name: &JsValue) -> Result<JsValue, JsValue>;
    /// The items of an iterable, up to and with the first that is no string; `None`: it is none, or throws.
    #[wasm_bindgen(js_namespace = values)]
    pub fn strings(iterable: &JsValue) -> Option<Array>;
    /// What some items of a list are: see [`crate::core::reader`].
    #[wasm_bindgen(js_namespace = values)]
    pub fn kinds(list: &Array, from: u32, to: u32, schema: &JsValue) -> Vec<u8>;
    /// The items of an array, copied; `None`: it is no array, or cannot be read.
    #[wasm_bindgen(js_namespace = values)]
    pub fn items(value: &JsValue) -> Option<Array>;
    /// Whether two values of JSON are the same, whatever the order of their members.
    #[wasm_bindgen(js_namespace = values)]
    pub fn same(one: &JsValue, other: &JsValue) -> bool;
    /// Whether a text is nowhere in a value. What cannot be looked into (a Request, Headers) is not free of it.
    #[wasm_bindgen(js_namespace = values, js_name = isFree)]
    pub fn is_free(value: &JsValue, of: &str) -> bool;
    /// An error with this name and message.
    #[wasm_bindgen(js_namespace = values, js_name = namedError)]
    pub fn named_error(name: &str, message: &str) -> JsValue;
    /// What is wrong with an options argument: the name, and the problem. `known`: lists of the names that it may have.
    #[wasm_bindgen(js_namespace = values, js_name = checkNames)]
    pub fn check_names(value: &JsValue, known: &Array) -> Option<Array>;
    /// The names and values of a plain object of strings, as pairs; `None`: it is none.
    #[wasm_bindgen(js_namespace = values)]
    pub fn pairs(value: &JsValue) -> Option<Array>;
    /// As JSON, the same for the same members in any order. Empty where they are nested too deep.
    #[wasm_bindgen(js_namespace = values)]
    pub fn canonical(value: &JsValue) -> String;
    /// Calls a callback. What it throws, or a promise of it is rejected with, goes to `report`, if that is a function.
    #[wasm_bindgen(js_namespace = values)]
    pub fn notify(callback: &Function, argument: &JsValue, report: &JsValue);
    /// What reports to the console what a callback of a wait threw, the first time.
    #[wasm_bindgen(js_namespace = values)]
    pub fn reporter() -> JsValue;
}

/// `target[name]`, whatever `target` is: undefined of null and undefined, and where all objects have it.
pub fn get(target: &JsValue, name: &'static str) -> Result<JsValue, JsValue> {
    member(target, intern(name))
}

/// `target[name]`, undefined where that throws.
pub fn peek(target: &JsValue, name: &'static str) -> JsValue {
    get(target, name).unwrap_or(JsValue::UNDEFINED)
}

#[wasm_bindgen(module = "/src/shell/reason.js")]
extern "C" {
    /// What something thrown says, at most 2 000 characters, then the error codes in it.
    #[wasm_bindgen(js_namespace = reason, js_name = of)]
    pub fn reason_of(thrown: &JsValue) -> Array;
}

/// Null for `None`.
pub fn nullable<T: Into<JsValue>>(value: Option<T>) -> JsValue {
    value.map_or(JsValue::NULL, Into::into)
}
