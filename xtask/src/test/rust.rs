//! The parts that cargo runs: lints, native tests, and the crate as wasm under Node and in Chromium.

use std::env;
use std::ffi::OsString;

use anyhow::{Context, Result};
use serde_json::json;

use crate::{setup, sh};

const WASM: [&str; 4] = ["--package", "plangrep-client", "--target", "wasm32-unknown-unknown"];

pub fn lint() -> Result<()> {
    setup::wasm_target()?;
    setup::npm(&sh::path(""))?;
    sh::run(sh::cargo(), ["fmt", "--all", "--check"])?;
    let deny = ["--", "--deny", "warnings"];
    sh::run(sh::cargo(), [&["clippy", "--workspace", "--all-targets"], &deny[..]].concat())?;
    sh::run(sh::cargo(), [&["clippy", "--lib", "--test", "wasm"], &WASM[..], &deny[..]].concat())?;
    sh::run(sh::npm_tool("biome"), ["ci", "--error-on-warnings", "--colors=off"])
}

pub fn native() -> Result<()> {
    if sh::exists("cargo-nextest") {
        sh::run(sh::cargo(), ["nextest", "run", "--workspace", "--status-level=slow"])?;
        sh::run(sh::cargo(), ["test", "--workspace", "--doc"])
    } else {
        sh::run(sh::cargo(), ["test", "--workspace"])
    }
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
