//! The module's bytes as text that a JavaScript file can hold; `pkg-template/entry/decode.js` reads it back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A JavaScript module that exports the text as `bytes`.
pub fn as_module(wasm: &[u8]) -> String {
    format!("export const bytes = \"{}\";\n", STANDARD.encode(wasm))
}
