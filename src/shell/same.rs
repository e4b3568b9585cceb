//! Whether two jobs differ, in any field, known or not.

use super::jobs::CheckedJob;
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;

/// Nested deeper than any answer that makes sense.
const DEEPEST: u32 = 32;

/// Whether the two are the same, whatever the order of their fields.
pub fn same(one: &CheckedJob, other: &CheckedJob) -> bool {
    if one.snapshot != other.snapshot {
        return false;
    }
    // A terminal job is frozen; only its pre-signed URL may be signed anew at each answer.
    one.snapshot.terminal() || same_text(&one.value, &other.value) || same_value(&one.value, &other.value, 0)
}

/// The quick way: true for the same fields in the same order.
fn same_text(one: &JsValue, other: &JsValue) -> bool {
    let text = |value| JSON::stringify(value).map(JsValue::from);
    matches!((text(one), text(other)), (Ok(one), Ok(other)) if one == other)
}

fn same_value(one: &JsValue, other: &JsValue, depth: u32) -> bool {
    if !one.is_object() || !other.is_object() {
        return one == other;
    }
    if depth == DEEPEST || Array::is_array(one) != Array::is_array(other) {
        return false;
    }
    let names = Object::keys(one.unchecked_ref::<Object>());
    if names.length() != Object::keys(other.unchecked_ref::<Object>()).length() {
        return false;
    }
    for index in 0..names.length() {
        let name = names.get(index);
        let (Ok(one), Ok(other)) = (Reflect::get(one, &name), Reflect::get(other, &name)) else {
            return false;
        };
        if !same_value(&one, &other, depth + 1) {
            return false;
        }
    }
    true
}
