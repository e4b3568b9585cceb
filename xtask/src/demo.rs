//! `cargo xtask demo`: the client at work, without an account.

use anyhow::Result;

use crate::{build, emulator, sh};

/// Emulated seconds in a real one: a job lives for about a minute.
const SPEED: &str = "10";

pub fn run() -> Result<()> {
    build::run()?;
    let emulator = emulator::program()?;
    eprintln!("Open the address that is printed as \"page\" in a browser; Ctrl+C ends the demo.");
    sh::run(emulator, ["--www", "www", "--pkg", "pkg", "--speed", SPEED])
}
