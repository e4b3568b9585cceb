//! The project's commands: `cargo xtask COMMAND`.

mod build;
mod emulator;
mod setup;
mod sh;

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
    /// Make the npm package, ready to publish, in pkg/.
    Build,
    /// Run the emulator alone: a Plangrep API on this machine.
    Emulator {
        /// What the emulator takes; see `-- --help`.
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// What cargo runs a wasm test binary with.
    #[command(hide = true)]
    WasmTestRunner {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Build => build::run(),
        Command::Emulator { args } => emulator::run(args),
        Command::WasmTestRunner { args } => {
            let name = OsString::from("wasm-bindgen-test-runner");
            wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::iter::once(name).chain(args))
        }
    }
}
