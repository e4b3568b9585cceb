//! `cargo xtask build`: the npm package, ready to publish, in `pkg/`.

mod assemble;
mod glue;
mod inline;
mod names;
mod order;
mod paths;
mod snip;
mod wasm;

use anyhow::Result;

use crate::{setup, sh};

pub fn run() -> Result<()> {
    setup::wasm_target()?;
    setup::npm(&sh::path(""))?;
    let (dir, pkg) = (sh::path("target/pkg"), sh::path("pkg"));
    sh::empty_dir(&dir)?;
    sh::empty_dir(&pkg)?;
    let wasm = wasm::build(&dir)?;
    assemble::assemble(&wasm, &dir, &pkg)
}
