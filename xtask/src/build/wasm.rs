//! The crate as optimised WebAssembly, with the JavaScript that wasm-bindgen makes for it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::json;

use super::{paths, snip};
use crate::sh;

/// What rustc emits for wasm32-unknown-unknown, told to wasm-opt: it refuses what it was not told of.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What [`build`] makes.
pub struct Wasm {
    /// The module, stripped.
    pub module: PathBuf,
    /// wasm-bindgen's JavaScript, as it comes.
    pub glue: PathBuf,
}

/// Compiles, binds, snips and optimises, in `dir`.
pub fn build(dir: &Path) -> Result<Wasm> {
    compile()?;
    bind(dir)?;
    let bound = dir.join("plangrep_client_bg.wasm");
    let snipped = dir.join("snipped.wasm");
    let named = dir.join("named.wasm");
    let module = dir.join("plangrep_client.wasm");
    snip::snip(&bound, &snipped)?;
    optimise(&snipped, &named)?;
    snip::check_none_left(&named)?;
    strip(&named, &module)?;
    Ok(Wasm { module, glue: dir.join("plangrep_client_bg.js") })
}

fn compile() -> Result<()> {
    let package = ["--package", "plangrep-client", "--target", "wasm32-unknown-unknown"];
    sh::run(sh::cargo(), ["fetch", "--quiet", "--target", "wasm32-unknown-unknown"])?;
    let flags = format!("target.wasm32-unknown-unknown.rustflags={}", json!(paths::flags()?));
    sh::run(sh::cargo(), [&["build", "--release", "--config", &flags], &package[..]].concat())
}

fn bind(dir: &Path) -> Result<()> {
    let input = sh::path("target/wasm32-unknown-unknown/release/plangrep_client.wasm");
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args([
        "wasm-bindgen".as_ref(),
        input.as_os_str(),
        "--target=bundler".as_ref(),
        "--no-typescript".as_ref(),
        "--out-dir".as_ref(),
        dir.as_os_str(),
    ])
}

/// What made the fewest bytes after brotli, of what was tried. Much inlining makes fewer bytes before it and more after.
/// Nothing lies in low memory but the far end of the stack.
fn optimise(from: &Path, to: &Path) -> Result<()> {
    let inlining = ["--one-caller-inline-max-function-size=20", "--skip-pass=local-cse"];
    wasm_opt(
        from,
        to,
        &[&["-Oz", "--converge", "--low-memory-unused", "--debuginfo"], &inlining[..]].concat(),
    )
}

fn strip(from: &Path, to: &Path) -> Result<()> {
    wasm_opt(from, to, &["--strip-debug", "--strip-producers", "--strip-target-features"])
}

fn wasm_opt(from: &Path, to: &Path, passes: &[&str]) -> Result<()> {
    let mut args = vec![from.as_os_str(), "--output".as_ref(), to.as_os_str()];
    args.extend(FEATURES.iter().chain(passes).map(OsStr::new));
    sh::run(sh::npm_tool("wasm-opt"), args)
}
