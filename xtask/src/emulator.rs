//! `cargo xtask emulator`: the emulator alone.

use std::ffi::OsString;

use anyhow::Result;

use crate::sh;

pub fn run(args: Vec<OsString>) -> Result<()> {
    let run = ["run", "--quiet", "--package", "plangrep-emulator", "--"].map(OsString::from);
    sh::run(sh::cargo(), run.into_iter().chain(args))
}
