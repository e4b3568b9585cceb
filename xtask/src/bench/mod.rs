//! `cargo xtask bench`: what the client costs, beside the alternatives.

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts of a simulation are far below 2^52"
)]
mod polling;

use anyhow::{Context, Result};

/// One benchmark. Adding one is adding a row to [`BENCHMARKS`].
struct Benchmark {
    name: &'static str,
    about: &'static str,
    /// Prints its table; with `true`, JSON instead.
    run: fn(bool) -> Result<()>,
}

const BENCHMARKS: &[Benchmark] = &[Benchmark {
    name: "polling",
    about: "requests and lateness of ways to poll, simulated",
    run: polling::run,
}];

#[derive(clap::Args)]
pub struct Args {
    /// The benchmarks to run; all if none is named.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// List the benchmarks.
    #[arg(long)]
    list: bool,
    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    for name in &args.names {
        BENCHMARKS.iter().find(|benchmark| benchmark.name == name).with_context(|| {
            format!("there is no benchmark \"{name}\": `cargo xtask bench --list` shows them")
        })?;
    }
    let wanted = |name: &str| args.names.is_empty() || args.names.iter().any(|wanted| wanted == name);
    for benchmark in BENCHMARKS.iter().filter(|benchmark| wanted(benchmark.name)) {
        if args.list {
            println!("{:14} {}", benchmark.name, benchmark.about);
        } else {
            (benchmark.run)(args.json)?;
        }
    }
    Ok(())
}
