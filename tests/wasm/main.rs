//! The crate as wasm: what only shows beside a JavaScript engine. The same bodies run in Node and in Chromium
//! (`cargo xtask test wasm-node wasm-chromium`).
#![cfg(target_arch = "wasm32")]

mod abort;
mod exchange;
mod jobs;
mod js;
mod logic;
mod secret;
mod support;
mod task;
mod timer;
