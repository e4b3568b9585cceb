//! The parts that cargo runs: lints, native tests, and the crate as wasm under Node and in Chromium.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use super::proxy;
use crate::build::snip;
use crate::{setup, sh};

const WASM: [&str; 4] = ["--package", "plangrep-client", "--target", "wasm32-unknown-unknown"];

/// The whole workspace, so that nothing is compiled anew with other features.
const CORE_RANDOM: [&str; 6] = ["test", "--quiet", "--workspace", "--lib", "--", "::random::"];

pub fn lint() -> Result<()> {
    setup::wasm_target()?;
    setup::npm(&sh::path(""))?;
    let deny = ["--", "--deny", "warnings"];
    let native = ["clippy", "--workspace", "--all-targets"];
    let clippy = |args: &[&str]| sh::run(sh::cargo(), [args, &deny].concat());
    let by_hand = "by hand: where clippy is sure, `cargo clippy --fix` does it";
    // Each with what mends it; all of them, so that one round of mending is enough.
    let checks = [
        (sh::run(sh::cargo(), ["fmt", "--all", "--check"]), "cargo xtask fmt"),
        (clippy(&native), by_hand),
        (clippy(&[&["clippy", "--lib", "--test", "wasm"], &WASM[..]].concat()), by_hand),
        (
            sh::run(sh::npm_tool("biome"), ["ci", "--error-on-warnings", "--colors=off"]),
            "cargo xtask fmt, and what it leaves by hand",
        ),
    ];
    let failed: Vec<String> = checks
        .into_iter()
        .filter_map(|(check, mend)| Some(format!("{:#}\nTo mend it: {mend}", check.err()?)))
        .collect();
    if !failed.is_empty() {
        bail!(failed.join("\n"));
    }
    Ok(())
}

/// Nothing else builds this feature.
pub fn tls() -> Result<()> {
    const EMULATOR: [&str; 7] =
        ["clippy", "--package", "plangrep-emulator", "--features=tls", "--", "--deny", "warnings"];
    sh::run(sh::cargo(), EMULATOR)
}

/// Random cases of each property.
const CASES: u32 = 1_000;

pub fn native() -> Result<()> {
    let run = |args: &[&str]| sh::cmd(sh::cargo(), args).env("PROPTEST_CASES", CASES.to_string()).run();
    if sh::exists("cargo-nextest") {
        run(&["nextest", "run", "--workspace", "--status-level=slow", "--no-fail-fast"])?;
        run(&["test", "--workspace", "--doc"])?;
    } else {
        run(&["test", "--workspace", "--no-fail-fast"])?;
    }
    count_properties(CASES)
}

/// The core's properties alone, so often: they are in modules called `random`.
pub fn properties(cases: u32) -> Result<()> {
    sh::cmd(sh::cargo(), CORE_RANDOM).env("PROPTEST_CASES", cases.to_string()).run()?;
    count_properties(cases)
}

fn count_properties(cases: u32) -> Result<()> {
    let names = sh::cmd(sh::cargo(), CORE_RANDOM.iter().chain(&["--list"])).read()?;
    let count = names.lines().filter(|line| line.starts_with("core::") && line.ends_with(": test")).count();
    ensure!(count > 0, "the core has no properties");
    println!("• core: {count} properties, at least {cases} random cases each");
    Ok(())
}

pub fn wasm_node() -> Result<()> {
    wasm(&[runner()?], &[])
}

/// As [`wasm_node`], on a module that [`run_snipped`] runs. What a test compares is all that shows there: names and
/// messages are written by what was cut out.
pub fn wasm_snipped() -> Result<()> {
    wasm(&[std::env::current_exe()?, "snipped".into()], &[])
}

/// The runner of a module that is snipped as the package's is: it finds code that rests on what the build cuts out.
pub fn run_snipped(mut args: Vec<OsString>) -> Result<()> {
    let module = args.first_mut().context("which module?")?;
    let snipped = Path::new(module).with_extension("snipped.wasm");
    snip::snip(Path::new(module), &snipped)?;
    *module = snipped.into();
    sh::run(runner()?, args)
}

pub fn wasm_chromium() -> Result<()> {
    let driver = setup::chromedriver()?;
    let capabilities = sh::target("webdriver.json")?;
    let through = format!("--proxy-server={}", proxy::listen()?);
    let mut flags = setup::chromium_flags();
    flags.extend([&through, "--proxy-bypass-list=<-loopback>"]);
    sh::write(&capabilities, json!({ "goog:chromeOptions": { "args": flags } }).to_string())?;
    let environment = [
        ("CHROMEDRIVER", driver.into()),
        ("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities.into()),
        ("WASM_BINDGEN_USE_BROWSER", "1".into()),
        // In seconds; by themselves 5 and 20, which a busy machine may need.
        ("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "120".into()),
        ("WASM_BINDGEN_TEST_TIMEOUT", "240".into()),
    ];
    wasm(&[runner()?], &environment)
}

/// wasm-bindgen's test runner.
fn runner() -> Result<PathBuf> {
    Ok(sh::target("debug/wasm-test-runner")?.with_extension(std::env::consts::EXE_EXTENSION))
}

/// Runs the crate's wasm tests by a runner; the environment tells wasm-bindgen's where.
fn wasm(runner: &[PathBuf], environment: &[(&str, OsString)]) -> Result<()> {
    setup::wasm_target()?;
    sh::run(sh::cargo(), ["build", "--package", "wasm-test-runner"])?;
    let runner: Option<Vec<_>> = runner.iter().map(|part| part.to_str()).collect();
    let runner = json!(runner.context("the path of cargo's target folder is not text")?);
    let runner = format!("target.wasm32-unknown-unknown.runner={runner}");
    let args = [&["test", "--config", &runner], &WASM[..], &["--test", "wasm"]].concat();
    let command = sh::cmd(sh::cargo(), args);
    environment.iter().fold(command, |command, (name, value)| command.env(name, value)).run()?;
    Ok(())
}
