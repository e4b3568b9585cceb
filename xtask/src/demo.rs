//! `cargo xtask demo`: the client at work, without an account.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::{build, emulator, sh};

/// Emulated seconds in a real one: a job lives for about a minute.
const SPEED: &str = "10";

/// What serves the page: its files, the package as it was built, and its libraries from where npm put them.
const PAGE: [&str; 8] = [
    "--www",
    "www",
    "--pkg",
    "pkg",
    "--lib",
    "lit-html=node_modules/lit-html",
    "--lib",
    "pico=node_modules/@picocss/pico",
];

/// What the demo needs of what the emulator says of itself.
#[derive(serde::Deserialize)]
struct Hello {
    page: String,
}

pub fn run(args: Vec<OsString>) -> Result<()> {
    // Side by side: the one is compiled by cargo's profile "dev", the other by "release", so neither waits for the other.
    let program = std::thread::scope(|scope| {
        let program = scope.spawn(|| sh::stage("the emulator", emulator::program));
        let built = build::run();
        let program = sh::join(program);
        built.and(program)
    })?;
    let mut emulator = Command::new(program)
        .args(PAGE)
        .args(["--speed", SPEED, "--exit-with-stdin"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the emulator")?;
    // It ends with its input, so whatever ends this command ends it too. A terminal's Ctrl+C reaches both.
    let mut input = emulator.stdin.take();
    ctrlc::set_handler(move || drop(input.take()))?;

    let mut line = String::new();
    BufReader::new(emulator.stdout.take().context("no output")?).read_line(&mut line)?;
    if let Ok(Hello { page }) = serde_json::from_str(&line) {
        println!("The demo page is at {page} - open it in a browser. Ctrl+C ends the demo.");
    }
    let status = emulator.wait()?;
    ensure!(status.success(), "the emulator ended with {status}");
    Ok(())
}
