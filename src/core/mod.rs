//! The logic: pure Rust, no JavaScript, no clock, no I/O.

pub mod schedule;
pub mod status;
