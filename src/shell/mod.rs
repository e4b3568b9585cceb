//! The only modules that know JavaScript.

use wasm_bindgen::prelude::wasm_bindgen;

/// Whether a job of this status will not change any more.
#[wasm_bindgen(js_name = isTerminal)]
pub fn is_terminal(status: &str) -> bool {
    crate::core::status::is_terminal(status)
}
