//! The compiler that the build was written for.
//!
//! The build takes out of the wasm what the compiler and the standard library name in certain ways. Another version may
//! name it otherwise: then the package still works, but is larger, or a step refuses it.

use anyhow::{Context, Result};

use crate::sh;

/// What the package was last measured with. Change both when you have run `cargo xtask test` and `cargo xtask bench bytes`
/// with another compiler.
pub const RUSTC: &str = "1.95.0";

/// Names a compiler that is not the one the figures come from.
pub fn check() -> Result<()> {
    let version = version()?;
    if version != RUSTC {
        eprintln!(
            "note: this is rustc {version}, and the package was last measured with {RUSTC}. What it weighs now is \
             checked by `cargo xtask test bytes`; every step of the build that finds nothing to do says so."
        );
    }
    Ok(())
}

/// rustc's version, such as 1.95.0.
fn version() -> Result<String> {
    let text = sh::cmd("rustc", ["--version"]).read()?;
    let version = text.split_whitespace().nth(1).context("rustc does not say its version")?;
    Ok(version.to_owned())
}
