//! The crate as optimised WebAssembly, with the JavaScript that wasm-bindgen makes for it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::snip;
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

/// What stands in the module for the folders of this machine.
const ELSEWHERE: &str = "/elsewhere";

/// Compiles, binds, snips and optimises, in `dir`.
pub fn build(dir: &Path) -> Result<Wasm> {
    compile()?;
    bind(dir)?;
    let bound = dir.join("plangrep_client_bg.wasm");
    let snipped = dir.join("snipped.wasm");
    let named = dir.join("named.wasm");
    let module = dir.join("plangrep_client.wasm");
    snip::snip(&bound, &snipped, &places()?)?;
    optimise(&snipped, &named)?;
    snip::check_none_left(&named)?;
    strip(&named, &module)?;
    Ok(Wasm { module, glue: dir.join("plangrep_client_bg.js") })
}

fn compile() -> Result<()> {
    let args = ["build", "--release", "--target", "wasm32-unknown-unknown", "--package", "plangrep-client"];
    let sysroot = sh::cmd("rustc", ["--print", "sysroot"]).read()?;
    let home = std::env::home_dir().context("no home directory")?;
    let cargo = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    // The same bytes on every machine.
    let flags = [
        format!("--remap-path-prefix={}/registry/src={}", cargo.display(), ELSEWHERE),
        format!("--remap-path-prefix={}/lib/rustlib/src/rust={}", sysroot.trim(), ELSEWHERE),
    ];
    sh::cmd(sh::cargo(), args).env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")).run()?;
    Ok(())
}

/// How the paths of source files begin in the module: a panic would name them.
fn places() -> Result<Vec<String>> {
    // The last is where the standard library's own build found its dependencies.
    let mut places = vec![format!("{ELSEWHERE}/"), "/rustc/".to_owned(), "/rust/deps/".to_owned()];
    for room in ["core", "core/hub", "shell"] {
        for file in std::fs::read_dir(sh::path("src").join(room))? {
            places.push(format!("src/{room}/{}", file?.file_name().display()));
        }
    }
    places.retain(|place| !place.starts_with("src/") || place.ends_with(".rs"));
    Ok(places)
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

fn optimise(from: &Path, to: &Path) -> Result<()> {
    wasm_opt(from, to, &["-Oz", "--converge", "--one-caller-inline-max-function-size=20", "--debuginfo"])
}

fn strip(from: &Path, to: &Path) -> Result<()> {
    wasm_opt(from, to, &["--strip-debug", "--strip-producers", "--strip-target-features"])
}

fn wasm_opt(from: &Path, to: &Path, passes: &[&str]) -> Result<()> {
    let mut args = vec![from.as_os_str(), "--output".as_ref(), to.as_os_str()];
    args.extend(FEATURES.iter().chain(passes).map(OsStr::new));
    sh::run(sh::npm_tool("wasm-opt"), args)
}
