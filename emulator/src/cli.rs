//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use crate::clock;

/// A Plangrep Open API on this machine, for demos and tests. It is not Plangrep: no document is processed, and
/// nothing leaves the machine, unless --upstream makes it a proxy.
///
/// Prints one line of JSON with its address and key once it listens; stops on SIGINT and SIGTERM.
#[derive(clap::Parser, Clone, Debug)]
#[command(name = "plangrep-emulator", version)]
#[command(after_help = "Environment: PLANGREP_API_KEY, read with --upstream only.\n\
    Faults, the event log and everything under /_emulator/ are described in the README.")]
pub struct Options {
    /// The port to listen on; 0 takes any free one.
    #[arg(long, default_value_t = 4717)]
    pub port: u16,

    /// The address to listen on. Anything but loopback lets other machines in.
    #[arg(long, default_value = "127.0.0.1")]
    pub host: IpAddr,

    /// What chance is drawn from: the same seed gives the same projects, jobs, key and faults.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,

    /// How many emulated seconds pass in a real one; 60 makes an hour a minute.
    #[arg(long, default_value = "1", value_parser = speed)]
    pub speed: f64,

    /// The emulated time to start at, such as 2026-01-31T09:00:00Z [default: now].
    #[arg(long, value_name = "TIME", value_parser = clock::parse_stamp)]
    pub now: Option<u64>,

    /// How many jobs the first project has from the start.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(..=100_000))]
    pub jobs: u32,

    /// The key to accept [default: drawn from the seed].
    #[arg(long, value_name = "KEY", value_parser = key)]
    pub api_key: Option<String>,

    /// What is to go wrong: a file of rules, or the JSON itself.
    #[arg(long, value_name = "FILE|JSON")]
    pub faults: Option<String>,

    /// Answer a request that follows one for the same path within so many ms with 429; 5000 if no number is given.
    #[arg(long, value_name = "MS", num_args = 0..=1, default_missing_value = "5000")]
    pub floor: Option<u64>,

    /// Serve the files of this folder (a page) at /.
    #[arg(long, value_name = "DIR")]
    pub www: Option<PathBuf>,

    /// Serve the files of this folder (the built npm package) at /pkg/.
    #[arg(long, value_name = "DIR")]
    pub pkg: Option<PathBuf>,

    /// Serve the files of this folder (a library of the page) at /lib/NAME/ (may be given several times).
    #[arg(long, value_name = "NAME=DIR", value_parser = library)]
    pub lib: Vec<(String, PathBuf)>,

    /// Another origin that the page may connect to (may be given several times).
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    pub connect_src: Vec<String>,

    /// Be a proxy: pass requests of the API on to this server, with the key from PLANGREP_API_KEY.
    #[allow(clippy::doc_markdown)] // it is the help text
    #[arg(long, value_name = "URL", conflicts_with_all = ["api_key", "jobs", "now", "speed", "floor"])]
    pub upstream: Option<String>,

    /// Stop when standard input ends, so that no child outlives the test that started it.
    #[arg(long)]
    pub exit_with_stdin: bool,
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed| clock::is_speed(*speed));
    speed.ok_or_else(|| "a number above 0, at most 1000000".into())
}

fn key(text: &str) -> Result<String, String> {
    let sendable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    if sendable { Ok(text.into()) } else { Err("printable ASCII without spaces".into()) }
}

fn library(text: &str) -> Result<(String, PathBuf), String> {
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match text.split_once('=') {
        Some((name, folder)) if !name.is_empty() && plain(name) => Ok((name.into(), folder.into())),
        _ => {
            Err("a name of letters, digits and hyphens, and a folder, such as lit-html=node_modules/lit-html"
                .into())
        }
    }
}

fn origin(text: &str) -> Result<String, String> {
    let sendable = text.bytes().all(|byte| byte.is_ascii_graphic() && !b";,'".contains(&byte));
    if sendable && text.contains("://") {
        Ok(text.into())
    } else {
        Err("an origin such as http://127.0.0.1:8080".into())
    }
}
