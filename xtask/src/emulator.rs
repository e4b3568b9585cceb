//! `cargo xtask emulator`: the emulator alone; and the emulator for other commands.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;

use crate::sh;

pub fn run(args: Vec<OsString>) -> Result<()> {
    sh::run(program()?, args)
}

/// The emulator's program, built.
pub fn program() -> Result<PathBuf> {
    sh::run(sh::cargo(), ["build", "--package", "plangrep-emulator"])?;
    Ok(sh::path("target/debug/plangrep-emulator").with_extension(std::env::consts::EXE_EXTENSION))
}
