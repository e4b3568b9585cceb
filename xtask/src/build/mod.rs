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
use stamp::Stamp;
pub use wasm::{MODULE, NAMED};

use crate::{setup, sh};

/// Builds the package, unless `pkg/` is already what the same input gave; where only JavaScript changed, from the wasm that
/// was made before.
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
    let (lock, made) = (sh::path("package-lock.json"), dir.join("wasm"));
    let stamp = Stamp::new(dir.join("wasm.stamp"), &made, &[compiled.clone(), lock.clone()])?;
    if anew || !stamp.is_current()? {
        sh::empty_dir(&made)?;
        sh::stage("bound and made small", || wasm::process(&compiled, &made))?;
        stamp.write()?;
    }
    let sources = ["pkg-template", "LICENSE-MIT", "LICENSE-APACHE"].map(sh::path);
    let stamp = Stamp::new(dir.join("pkg.stamp"), &pkg, &[&[made.clone(), lock], &sources[..]].concat())?;
    if !anew && stamp.is_current()? {
        eprintln!("- pkg/ is up to date");
        return Ok(());
    }
    sh::empty_dir(&pkg)?;
    sh::stage("the package", || assemble::assemble(&made, &pkg))?;
    stamp.write()
}
