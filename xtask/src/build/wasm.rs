//! The crate as optimised WebAssembly, with the JavaScript that wasm-bindgen makes for it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::Result;
use wasm_bindgen_cli_support::Bindgen;

use super::{glue, inline, names, order, paths, snip};
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

/// Bytes of stack, in place of a megabyte: it lies below the constants, whose addresses are a byte shorter so, and every
/// page gives this memory. One that runs over traps.
const STACK: u32 = 256 * 1024;

/// The module, optimised, with all its names.
pub const NAMED: &str = "named.wasm";
/// The module as it is shipped.
pub const MODULE: &str = "plangrep_client.wasm";
/// wasm-bindgen's JavaScript; it imports the snippets that lie beside it.
pub const GLUE: &str = "glue.js";
/// The module as text in JavaScript.
pub const TEXT: &str = "text.js";

/// Binds, snips and optimises what [`compile`] made, in `dir`, and writes beside it the JavaScript that needs nothing of the
/// template: wasm-bindgen's as a factory ([`GLUE`]), and the module as text ([`TEXT`]).
pub fn process(compiled: &Path, dir: &Path) -> Result<()> {
    bind(compiled, dir)?;
    let (snipped, optimised) = (dir.join("snipped.wasm"), dir.join(NAMED));
    let (short, ordered, module) = (dir.join("short.wasm"), dir.join("ordered.wasm"), dir.join(MODULE));
    snip::snip(&dir.join("plangrep_client_bg.wasm"), &snipped)?;
    optimise(&snipped, &optimised)?;
    snip::check_none_left(&optimised)?;
    // Now that the optimiser has dropped what nothing calls.
    let names = names::shorten(&optimised, &short)?;
    order::name_by_likeness(&short, &ordered)?;
    strip(&ordered, &module)?;
    let glue = glue::lighten(&sh::read(dir.join("plangrep_client_bg.js"))?)?;
    sh::write(dir.join(GLUE), glue::as_factory(&glue, &names)?)?;
    sh::write(dir.join(TEXT), inline::as_module(&std::fs::read(&module)?))
}

/// The crate, compiled and not yet bound.
pub fn compile() -> Result<PathBuf> {
    let target = ["--target", "wasm32-unknown-unknown"];
    // What is not fetched yet has no path to be rewritten.
    sh::run(sh::cargo(), [&["fetch", "--quiet"], &target[..]].concat())?;
    let build = ["build", "--release", "--package", "plangrep-client"];
    let command = sh::cmd(sh::cargo(), [&build, &target[..]].concat());
    let mut flags = paths::flags()?;
    flags.push(format!("-Clink-arg=-zstack-size={STACK}"));
    // Loops as they were written: rewritten for speed they are longer, and no loop here is hot.
    flags.push("-Cllvm-args=-disable-lsr".to_owned());
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")).run()?;
    sh::target("wasm32-unknown-unknown/release/plangrep_client.wasm")
}

fn bind(compiled: &Path, dir: &Path) -> Result<()> {
    Bindgen::new().input_path(compiled).bundler(true)?.typescript(false).demangle(true).generate(dir)
}

/// What made the fewest bytes after brotli, of what was tried: much inlining makes fewer bytes before it and more after.
/// Nothing lies in low memory but the far end of the stack.
fn optimise(from: &Path, to: &Path) -> Result<()> {
    let inlining = ["--one-caller-inline-max-function-size=20", "--skip-pass=local-cse"];
    let passes =
        ["--flatten", "--rereloop", "-Oz", "-Oz", "--converge", "--low-memory-unused", "--debuginfo"];
    wasm_opt(from, to, &[&passes[..], &inlining[..]].concat())
}

/// In the order of the names. The levels are for the writer, which would undo some of the work without them.
fn strip(from: &Path, to: &Path) -> Result<()> {
    let levels = ["--optimize-level=2", "--shrink-level=2"];
    let passes =
        ["--reorder-functions-by-name", "--strip-debug", "--strip-producers", "--strip-target-features"];
    wasm_opt(from, to, &[&levels[..], &passes[..]].concat())
}

fn wasm_opt(from: &Path, to: &Path, passes: &[&str]) -> Result<()> {
    let mut args = vec![from.as_os_str(), "--output".as_ref(), to.as_os_str()];
    args.extend(FEATURES.iter().chain(passes).map(OsStr::new));
    sh::run(sh::npm_tool("wasm-opt"), args)
}
