//! `cargo xtask demo`: the client at work, without an account.

use anyhow::Result;

use crate::{build, emulator, sh};

pub fn run() -> Result<()> {
    build::run()?;
    let emulator = emulator::program()?;
    if sh::path("www/index.html").exists() {
        // The emulator prints its address and serves the page until it is stopped.
        return sh::run(emulator, ["--www", "www", "--pkg", "pkg"]);
    }
    sh::cmd("node", [sh::path("tests/package/support/demo.js")]).env("PLANGREP_EMULATOR", emulator).run()?;
    Ok(())
}
