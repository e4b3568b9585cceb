//! `cargo xtask bench`: what the client costs, beside the alternatives.

mod cost;
mod javascript;
mod polling;
mod table;
mod weight;

use anyhow::{Context, Result};

use crate::build;
use table::Table;

/// One benchmark. Adding one is adding a row to [`BENCHMARKS`].
struct Benchmark {
    name: &'static str,
    about: &'static str,
    /// It measures `pkg/`, which is built before.
    on_package: bool,
    run: fn() -> Result<Vec<Table>>,
}

#[rustfmt::skip]
const BENCHMARKS: &[Benchmark] = &[
    Benchmark { name: "bytes",   on_package: true,  run: || javascript::run("bytes"), about: "what an application ships for the client that it imports" },
    Benchmark { name: "start",   on_package: true,  run: || javascript::run("start"), about: "import to first request, in Node and in Chromium" },
    Benchmark { name: "call",    on_package: true,  run: || javascript::run("call"),  about: "CPU time of a call over loopback" },
    Benchmark { name: "list",    on_package: true,  run: || javascript::run("list"),  about: "decoding and checking a list of jobs" },
    Benchmark { name: "waits",   on_package: true,  run: || javascript::run("waits"), about: "memory, CPU time and requests of many waits at once" },
    Benchmark { name: "cost",    on_package: false, run: || Ok(cost::run()),          about: "bytes and requests of waits beside a history, simulated" },
    Benchmark { name: "polling", on_package: false, run: || Ok(polling::run()),       about: "requests and lateness of ways to poll, simulated" },
    Benchmark { name: "weight",  on_package: true,  run: weight::run,                 about: "what each part of the wasm weighs" },
];

#[derive(clap::Args)]
pub struct Args {
    /// The benchmarks to run; all if none is named.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// List the benchmarks.
    #[arg(long)]
    list: bool,
    /// Print JSON instead of tables: by name, a list of tables each.
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
    let benchmarks: Vec<_> = BENCHMARKS.iter().filter(|benchmark| wanted(benchmark.name)).collect();
    if args.list {
        for benchmark in benchmarks {
            println!("{:14} {}", benchmark.name, benchmark.about);
        }
        return Ok(());
    }
    if benchmarks.iter().any(|benchmark| benchmark.on_package) {
        build::run()?;
    }
    let mut all = serde_json::Map::new();
    for benchmark in benchmarks {
        let tables = (benchmark.run)()?;
        if args.json {
            all.insert(benchmark.name.to_owned(), serde_json::to_value(tables)?);
        } else {
            for table in &tables {
                println!("{table}\n");
            }
        }
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    }
    Ok(())
}
