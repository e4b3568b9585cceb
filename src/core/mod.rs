//! The logic: pure Rust, no JavaScript, no clock, no I/O.

pub mod status;
