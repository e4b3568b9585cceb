//! A Plangrep Open API on this machine, for demos and tests. It is not Plangrep.
//!
//! A request goes this way: `server` accepts the connection and puts `delivery` between it and the HTTP server;
//! `exchange` notes the request in the `log`, asks the rules of `fault` what is to go wrong, lets `api` (or
//! `proxy`) answer, and hands the response to `delivery`, which sends it, or breaks it off, byte by byte.
//! `api` asks the `world` for its jobs, and each of these asks its `life` how it stands by the `clock`.
//! Everything can be controlled through `admin`. The program's README documents it for users.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::await_holding_lock
    )
)]

mod admin;
mod api;
mod body;
mod cli;
mod clock;
mod connections;
mod cors;
mod delivery;
mod exchange;
mod fault;
mod files;
mod floor;
mod guard;
mod hello;
mod life;
mod log;
mod proxy;
mod reply;
mod samples;
mod seed;
mod server;
mod shared;
mod wire;
mod world;

pub use cli::Options;
pub use hello::Hello;
pub use server::Emulator;
