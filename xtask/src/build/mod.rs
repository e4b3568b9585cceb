//! `cargo xtask build`: the npm package, ready to publish, in `pkg/`.

mod assemble;
mod glue;
mod inline;
mod names;
mod order;
mod paths;
pub mod snip;
mod stamp;
mod toolchain;
mod wasm;

use std::thread;

use anyhow::Result;

use crate::{setup, sh};

/// Builds the package, unless `pkg/` is already what the same input gave.
pub fn run() -> Result<()> {
    build(false)
}

/// Builds the package in any case.
pub fn anew() -> Result<()> {
    build(true)
}

fn build(anew: bool) -> Result<()> {
    setup::wasm_target()?;
    toolchain::check()?;
    // npm waits for the network and for the disk, cargo for the processor.
    let compiled = thread::scope(|scope| {
        let npm = scope.spawn(|| setup::npm(&sh::path("")));
        let compiled = sh::stage("the crate as wasm", wasm::compile);
        let npm = sh::join(npm);
        let compiled = compiled?;
        npm.map(|()| compiled)
    })?;
    let (dir, pkg) = (sh::target("pkg")?, sh::path("pkg"));
    let input = stamp::input(&compiled)?;
    if !anew && stamp::is_current(&dir, &pkg, input)? {
        eprintln!("- pkg/ is up to date");
        return Ok(());
    }
    sh::empty_dir(&dir)?;
    sh::empty_dir(&pkg)?;
    let wasm = sh::stage("bound and made small", || wasm::process(&compiled, &dir))?;
    sh::stage("the package", || assemble::assemble(&wasm, &dir, &pkg))?;
    stamp::write(&dir, &pkg, input)
}
