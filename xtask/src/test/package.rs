//! The part that tests the packed tarball, installed as a user installs it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::{emulator, setup, sh};

/// The tests in `tests/package/`, which learn from the environment where the tarball and the emulator are.
pub fn run() -> Result<()> {
    setup::npm(&sh::path(""))?;
    let mut files: Vec<PathBuf> = Vec::new();
    for file in std::fs::read_dir(sh::path("tests/package")).context("there are no tests of the package")? {
        let file = file?.path();
        if file.to_str().is_some_and(|name| name.ends_with(".test.js")) {
            files.push(file);
        }
    }
    ensure!(!files.is_empty(), "there are no tests of the package");
    files.sort();
    let args = ["--test", "--test-reporter=spec"].map(PathBuf::from);
    sh::cmd("node", args.into_iter().chain(files))
        .env("PLANGREP_TARBALL", tarball()?)
        .env("PLANGREP_EMULATOR", emulator::program()?)
        .run()?;
    Ok(())
}

/// `pkg/`, packed as for publishing.
pub fn tarball() -> Result<PathBuf> {
    let target = sh::path("target");
    let args = ["pack", "--silent", "--pack-destination"].map(PathBuf::from);
    let name = sh::cmd(setup::NPM, args.into_iter().chain([target.clone()])).dir(sh::path("pkg")).read()?;
    Ok(target.join(name.trim()))
}
