//! The parts that cargo runs: lints, native tests, and the crate as wasm under Node and in Chromium.

use std::env;
use std::ffi::OsString;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::{setup, sh};

const WASM: [&str; 4] = ["--package", "plangrep-client", "--target", "wasm32-unknown-unknown"];

/// The whole workspace, so that nothing is compiled anew with other features.
const CORE_RANDOM: [&str; 6] = ["test", "--quiet", "--workspace", "--lib", "--", "::random::"];

pub fn lint() -> Result<()> {
    setup::wasm_target()?;
    setup::npm(&sh::path(""))?;
    sh::run(sh::cargo(), ["fmt", "--all", "--check"])?;
    let deny = ["--", "--deny", "warnings"];
    sh::run(sh::cargo(), [&["clippy", "--workspace", "--all-targets"], &deny[..]].concat())?;
    sh::run(sh::cargo(), [&["clippy", "--lib", "--test", "wasm"], &WASM[..], &deny[..]].concat())?;
    sh::run(sh::npm_tool("biome"), ["ci", "--error-on-warnings", "--colors=off"])
}

/// Random cases of each property.
const CASES: u32 = 1_000;

pub fn native() -> Result<()> {
    let run = |args: &[&str]| sh::cmd(sh::cargo(), args).env("PROPTEST_CASES", CASES.to_string()).run();
    if sh::exists("cargo-nextest") {
        run(&["nextest", "run", "--workspace", "--status-level=slow"])?;
        run(&["test", "--workspace", "--doc"])?;
    } else {
        run(&["test", "--workspace"])?;
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
    wasm(&[])
}

pub fn wasm_chromium() -> Result<()> {
    let driver = setup::chromedriver()?;
    let capabilities = sh::path("target/webdriver.json");
    let options = json!({ "goog:chromeOptions": { "args": setup::CHROMIUM_FLAGS } });
    sh::write(&capabilities, options.to_string())?;
    wasm(&[
        ("CHROMEDRIVER", driver.into()),
        ("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities.into()),
        ("WASM_BINDGEN_USE_BROWSER", "1".into()),
    ])
}

/// Runs the crate's wasm tests; wasm-bindgen's test runner is this program, and the environment says where they run.
fn wasm(environment: &[(&str, OsString)]) -> Result<()> {
    setup::wasm_target()?;
    let this = env::current_exe()?;
    let this = this.to_str().context("the path of this program is not text")?;
    let runner = json!([this, "wasm-test-runner"]);
    let runner = format!("target.wasm32-unknown-unknown.runner={runner}");
    let args = [&["test", "--config", &runner], &WASM[..], &["--test", "wasm"]].concat();
    let command = sh::cmd(sh::cargo(), args);
    environment.iter().fold(command, |command, (name, value)| command.env(name, value)).run()?;
    Ok(())
}
