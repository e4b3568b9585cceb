//! `cargo xtask fmt`: what the part `lint` would find, mended where a tool can mend it.

use anyhow::Result;

use crate::{setup, sh};

pub fn run() -> Result<()> {
    sh::run(sh::cargo(), ["fmt", "--all"])?;
    setup::npm(&sh::path(""))?;
    sh::run(sh::npm_tool("biome"), ["check", "--write", "--colors=off"])
}
