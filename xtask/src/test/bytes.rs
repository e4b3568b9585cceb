//! The part that weighs what an application ships.

use anyhow::Result;

use crate::{setup, sh};

/// The test in `tests/bench/`, against the budget there.
pub fn run() -> Result<()> {
    let dir = sh::path("tests/bench");
    setup::npm(&dir)?;
    sh::cmd("node", ["--test", "--test-reporter=spec", "bytes.test.js"]).dir(dir).run()?;
    Ok(())
}
