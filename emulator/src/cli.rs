//! The command line.

use std::net::IpAddr;

/// A Plangrep Open API on this machine, for demos and tests. It is not Plangrep.
#[derive(clap::Parser, Clone, Debug)]
#[command(name = "plangrep-emulator", version)]
pub struct Options {
    /// The port to listen on; 0 takes any free one.
    #[arg(long, default_value_t = 4717)]
    pub port: u16,

    /// The address to listen on. Anything but loopback lets other machines in.
    #[arg(long, default_value = "127.0.0.1")]
    pub host: IpAddr,

    /// Stop when standard input ends, so that no child outlives the test that started it.
    #[arg(long)]
    pub exit_with_stdin: bool,
}
