//! The project's commands: `cargo xtask COMMAND`.

mod bench;
mod build;
mod demo;
mod docs;
mod emulator;
mod fmt;
mod setup;
mod sh;
mod soak;
mod supply;
mod test;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build, start the emulator and show the client at work against it. Needs no account.
    Demo {
        /// What the emulator takes besides, such as `-- --port 0`.
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Run the tests: all parts, or those named.
    Test(test::Args),
    /// Run what shows only after long: 100 000 requests, 50 000 polls, all faults in every runtime, 2 000 random schedules
    /// each of faults and of time, 300 000 random responses, 100 000 cases of each property of the core; and cargo-deny.
    Soak,
    /// Measure size and speed beside the alternatives.
    Bench(bench::Args),
    /// Make the npm package, ready to publish, in pkg/.
    Build,
    /// Run the emulator alone: a Plangrep API on this machine.
    Emulator {
        /// What the emulator takes; see `-- --help`.
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Format everything, Rust and JavaScript.
    Fmt,
    /// Make the reference of the package (TypeDoc) and of the crate (rustdoc), without a warning.
    Docs,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    env::set_current_dir(sh::path(""))?;
    match command {
        Command::Demo { args } => demo::run(args)?,
        Command::Test(args) => return test::run(&args),
        Command::Bench(args) => bench::run(&args)?,
        Command::Soak => soak::run()?,
        Command::Build => build::run()?,
        Command::Emulator { args } => emulator::run(args)?,
        Command::Fmt => fmt::run()?,
        Command::Docs => docs::run()?,
    }
    Ok(ExitCode::SUCCESS)
}
