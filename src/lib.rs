//! Client for the Plangrep Open API: Get Job, List Jobs, and waiting for jobs.
//!
//! [`core`] decides: models, statuses, routes, retries, when to poll next. It is pure and knows no JavaScript.
//! `shell` does: fetch, timers, JavaScript values. It exists for WebAssembly only and holds no policy.
//! What JavaScript users see (classes, declarations, loaders) is in `pkg-template/`.

// What it is, its unit, what fails and where it comes from, for every public item; the lints of CI make it an error.
#![warn(missing_docs)]
// After an await a panic leaves a promise unsettled for ever, so nothing here may panic.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::unreachable,
        clippy::await_holding_refcell_ref
    )
)]
// The shipped wasm has no formatting machinery, so these would yield nothing: clippy.toml says what to use instead.
#![cfg_attr(not(test), deny(clippy::disallowed_macros, clippy::disallowed_methods))]
// Tests compare numbers that are exact.
#![cfg_attr(
    test,
    allow(
        clippy::float_cmp,
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss
    )
)]

pub mod core;

// Public for the tests in `tests/wasm/` alone.
#[cfg(target_arch = "wasm32")]
pub mod shell;
