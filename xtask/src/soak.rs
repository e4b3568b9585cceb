//! `cargo xtask soak`: the tests of leaks and of random faults at length, with their figures.

use anyhow::Result;

use crate::{build, emulator, setup, sh};

/// How many times the calls that `cargo xtask test faults` makes.
const TIMES: u32 = 8;
const SCHEDULES: u32 = 2_000;

pub fn run() -> Result<()> {
    build::run()?;
    setup::npm(&sh::path(""))?;
    let reporter = "--test-reporter=spec";
    sh::cmd("node", ["--test", reporter, "tests/faults/leaks.test.js", "tests/faults/seeds.test.js"])
        .env("SOAK", TIMES.to_string())
        .env("SEEDS", SCHEDULES.to_string())
        .env("PLANGREP_EMULATOR", emulator::program()?)
        .run()?;
    Ok(())
}
