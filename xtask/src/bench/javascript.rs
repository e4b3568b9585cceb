//! The benchmarks that run as JavaScript, in `tests/bench/`.

use anyhow::{Context, Result};

use super::table::Table;
use crate::{setup, sh};

pub fn run(name: &str) -> Result<Vec<Table>> {
    setup::npm(&sh::path(""))?;
    let dir = sh::path("tests/bench");
    setup::npm(&dir)?;
    eprintln!("measuring {name}");
    let output = sh::cmd("node", ["run.js", name]).dir(dir).read()?;
    serde_json::from_str(&output).with_context(|| format!("{name} printed no tables: {output}"))
}
