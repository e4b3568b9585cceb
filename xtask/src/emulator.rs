//! `cargo xtask emulator`: the emulator alone; and the emulator for other commands.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;

use crate::sh;

pub fn run(args: Vec<OsString>) -> Result<()> {
    let is_upstream = |arg: &OsString| arg.to_string_lossy().starts_with("--upstream");
    let features: &[&str] = if args.iter().any(is_upstream) { &["--features", "tls"] } else { &[] };
    sh::run(compiled(features)?, args)
}

/// The emulator's program, built, without TLS: no test and no demo leaves this machine.
pub fn program() -> Result<PathBuf> {
    compiled(&[])
}

fn compiled(features: &[&str]) -> Result<PathBuf> {
    sh::run(sh::cargo(), [&["build", "--package", "plangrep-emulator"], features].concat())?;
    Ok(sh::target("debug/plangrep-emulator")?.with_extension(std::env::consts::EXE_EXTENSION))
}
