//! `cargo xtask soak`: at length what `cargo xtask test` does in bounded form, with its figures.

use anyhow::Result;

use crate::test::rust;
use crate::{build, emulator, setup, sh, supply};

/// How many times the calls that `cargo xtask test faults` makes.
const TIMES: u32 = 8;
const SCHEDULES: u32 = 2_000;
/// Answers changed at random.
const EXECUTIONS: u32 = 300_000;
/// Random cases of each property of the core.
const CASES: u32 = 100_000;

pub fn run() -> Result<()> {
    supply::run()?;
    rust::properties(CASES)?;
    build::run()?;
    setup::npm(&sh::path(""))?;
    setup::chromedriver()?;
    let files =
        ["leaks", "matrix", "seeds", "time", "fuzz"].map(|name| format!("tests/faults/{name}.test.js"));
    let args = ["--test", "--test-reporter=spec"].map(String::from);
    sh::cmd("node", args.into_iter().chain(files))
        .env("SOAK", TIMES.to_string())
        .env("SEEDS", SCHEDULES.to_string())
        .env("EXECUTIONS", EXECUTIONS.to_string())
        .env("PLANGREP_EMULATOR", emulator::program()?)
        .run()?;
    Ok(())
}
