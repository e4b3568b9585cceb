//! `cargo xtask build`: the npm package, ready to publish, in `pkg/`.

mod assemble;
mod glue;
mod inline;
mod paths;
mod snip;
mod wasm;

use std::path::Path;

use anyhow::Result;

use crate::{setup, sh};

pub fn run() -> Result<()> {
    make(&sh::path("target/pkg"), &sh::path("pkg"))
}

/// Makes the package in `pkg`, with what comes in between in `dir`; both are emptied first.
pub fn make(dir: &Path, pkg: &Path) -> Result<()> {
    setup::wasm_target()?;
    setup::npm(&sh::path(""))?;
    sh::empty_dir(dir)?;
    sh::empty_dir(pkg)?;
    let wasm = wasm::build(dir)?;
    assemble::assemble(&wasm, dir, pkg)
}
