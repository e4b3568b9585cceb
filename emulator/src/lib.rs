//! A Plangrep Open API on this machine, for demos and tests. It is not Plangrep.

mod api;
mod cli;
mod cors;

pub use api::router;
pub use cli::Options;

/// The key that the emulator accepts.
pub const API_KEY: &str = "pgk_live_emulator0000000000000001";

/// The project of the documentation's sample bodies; both are served as printed there and never change.
pub const SAMPLE_PROJECT: &str = "proj_01hx9z4kqr8e7m3p5n6w2v0abc";

/// The job of the documentation's sample bodies.
pub const SAMPLE_JOB: &str = "job_01hy3m8qtn2e5r7k9p0w4x1def";
