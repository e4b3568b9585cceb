//! Client for the Plangrep Open API.

pub mod core;

#[cfg(target_arch = "wasm32")]
mod shell;
