//! The parts that test the package: its tarball, installed as a user installs it, and what it does.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use duct::Expression;

use crate::{emulator, setup, sh};

/// The environment variable with the test files to run in place of all, as in PATH; set by `cargo xtask test PART FILE…`.
pub const FILES: &str = "XTASK_TEST_FILES";

/// The tests in `tests/package/`, which learn from the environment where the tarball and the emulator are.
pub fn run() -> Result<()> {
    setup::npm(&sh::path(""))?;
    node_tests(&["tests/package"])?
        .env("PLANGREP_TARBALL", tarball()?)
        .env("PLANGREP_EMULATOR", emulator::program()?)
        .run()?;
    Ok(())
}

/// What the built package does, on a virtual clock and on real sockets.
pub fn client() -> Result<()> {
    setup::npm(&sh::path(""))?;
    node_tests(&["tests", "tests/requests", "tests/waits", "tests/stores"])?.run()?;
    Ok(())
}

/// The demo page on the emulator, in the Chromium that comes with ChromeDriver.
pub fn page() -> Result<()> {
    setup::npm(&sh::path(""))?;
    setup::chromedriver()?;
    // Its files mostly wait for pages that live in real time.
    node_tests_with(&["--test-concurrency=3"], &["tests/page"])?
        .env("PLANGREP_EMULATOR", emulator::program()?)
        .run()?;
    Ok(())
}

/// The recipes for interfaces, each built with its framework, on a server and in Chromium.
pub fn interfaces() -> Result<()> {
    setup::npm(&sh::path(""))?;
    setup::npm(&sh::path("tests/interfaces"))?;
    setup::chromedriver()?;
    node_tests(&["tests/interfaces"])?.env("PLANGREP_EMULATOR", emulator::program()?).run()?;
    Ok(())
}

/// The recipes for waits that outlive a process, each on its engine: PostgreSQL, Redis and workerd.
pub fn durable() -> Result<()> {
    setup::npm(&sh::path(""))?;
    setup::npm(&sh::path("tests/durable"))?;
    // Its files mostly wait.
    node_tests_with(&["--test-concurrency=3"], &["tests/durable"])?
        .env("PLANGREP_TARBALL", tarball()?)
        .env("PLANGREP_EMULATOR", emulator::program()?)
        .run()?;
    Ok(())
}

/// The demo's command. It builds the package anew, so nothing else may use that meanwhile.
pub fn demo() -> Result<()> {
    node_tests(&["tests/demo"])?.env("PLANGREP_XTASK", std::env::current_exe()?).run()?;
    Ok(())
}

/// A hostile world: faults in Node and Chromium, odd responses, odd callers, time, leaks, secrets, and the proxies of
/// SECURITY.md.
pub fn faults() -> Result<()> {
    setup::npm(&sh::path(""))?;
    setup::npm(&sh::path("tests/faults"))?;
    setup::chromedriver()?;
    node_tests(&["tests/faults"])?.env("PLANGREP_EMULATOR", emulator::program()?).run()?;
    Ok(())
}

/// The declarations under tsc.
pub fn types() -> Result<()> {
    setup::npm(&sh::path(""))?;
    node_tests(&["tests/types"])?.run()?;
    Ok(())
}

/// Node's test runner over the `*.test.js` of these folders; one that hangs fails.
fn node_tests(folders: &[&str]) -> Result<Expression> {
    node_tests_with(&[], folders)
}

/// The same with these options of Node's.
fn node_tests_with(options: &[&str], folders: &[&str]) -> Result<Expression> {
    let mut files = Vec::new();
    for folder in folders {
        for file in std::fs::read_dir(sh::path(folder)).with_context(|| format!("there is no {folder}/"))? {
            let file = file?.path();
            if file.to_str().is_some_and(|name| name.ends_with(".test.js")) {
                files.push(file);
            }
        }
    }
    ensure!(!files.is_empty(), "there are no tests in {}", folders.join(" and "));
    files.sort();
    if let Some(chosen) = std::env::var_os(FILES) {
        let chosen: Vec<_> = std::env::split_paths(&chosen).collect();
        for file in &chosen {
            ensure!(
                files.contains(file),
                "{} is no test of this part: they are {}/*.test.js",
                file.display(),
                folders.join("/*.test.js and ")
            );
        }
        files = chosen;
    }
    let args = ["--test", "--test-reporter=spec", "--test-timeout=900000"];
    let args = args.iter().chain(options).map(PathBuf::from);
    Ok(sh::cmd("node", args.chain(files)))
}

/// `pkg/`, packed as for publishing.
pub fn tarball() -> Result<PathBuf> {
    let target = sh::target("")?;
    let args = ["pack", "--silent", "--pack-destination"].map(PathBuf::from);
    let name = sh::cmd(setup::NPM, args.into_iter().chain([target.clone()])).dir(sh::path("pkg")).read()?;
    Ok(target.join(name.trim()))
}
