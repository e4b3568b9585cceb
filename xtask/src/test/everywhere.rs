//! The part that runs the packed tarball in every runtime, bundler and browser of `tests/packaging/`.

use anyhow::Result;

use super::package;
use crate::{emulator, setup, sh};

/// The variable that asks for all rows, also those that are rare or take long.
pub const ALL: &str = "PLANGREP_EVERYWHERE_ALL";

pub fn run() -> Result<()> {
    setup::npm(&sh::path(""))?;
    setup::browsers()?;
    sh::cmd("node", ["tests/packaging/run.mjs"])
        .env("PLANGREP_TARBALL", package::tarball()?)
        .env("PLANGREP_EMULATOR", emulator::program()?)
        .run()?;
    Ok(())
}
