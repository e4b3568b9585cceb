//! The logic: pure Rust, no JavaScript, no clock, no I/O.

pub mod check;
pub mod coordinator;
pub mod error;
pub mod history;
pub mod job;
pub mod known;
pub mod mask;
pub mod reader;
pub mod request;
pub mod retry;
pub mod route;
pub mod schedule;
pub mod state;
pub mod status;
#[cfg(test)]
mod tables;
pub mod time;
pub mod wait;
