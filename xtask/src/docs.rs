//! `cargo xtask docs`: the reference of the package, from its declarations, and of the crate, from its comments.

use anyhow::Result;

use crate::{setup, sh};

pub fn run() -> Result<()> {
    setup::npm(&sh::path(""))?;
    let package = sh::target("docs")?;
    sh::empty_dir(&package)?;
    let out = ["--out".as_ref(), package.as_os_str()];
    let input = ["--options", "docs/typedoc.json"].map(std::ffi::OsStr::new);
    sh::run(sh::npm_tool("typedoc"), [&input[..], &out].concat())?;
    // Its modules are the shell and the core, which nobody outside sees: the reference is for who works on them.
    let args =
        "doc --package plangrep-client --target wasm32-unknown-unknown --no-deps --document-private-items";
    sh::cmd(sh::cargo(), args.split(' ')).env("RUSTDOCFLAGS", "--deny warnings").run()?;
    println!("The package: {}", package.join("index.html").display());
    let module = "wasm32-unknown-unknown/doc/plangrep_client/index.html";
    println!("The crate:   {}", sh::target(module)?.display());
    Ok(())
}
