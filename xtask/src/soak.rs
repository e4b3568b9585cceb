//! `cargo xtask soak`: the tests of leaks, of faults in every runtime and of random schedules at length, with their
//! figures.

use anyhow::Result;

use crate::{build, emulator, setup, sh};

/// How many times the calls that `cargo xtask test faults` makes.
const TIMES: u32 = 8;
const SCHEDULES: u32 = 2_000;

pub fn run() -> Result<()> {
    build::run()?;
    setup::npm(&sh::path(""))?;
    setup::chromedriver()?;
    let files = ["leaks", "matrix", "seeds", "time"].map(|name| format!("tests/faults/{name}.test.js"));
    let options = ["--test", "--test-reporter=spec"].map(String::from);
    sh::cmd("node", options.into_iter().chain(files))
        .env("SOAK", TIMES.to_string())
        .env("SEEDS", SCHEDULES.to_string())
        .env("PLANGREP_EMULATOR", emulator::program()?)
        .run()?;
    Ok(())
}
