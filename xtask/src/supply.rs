//! `cargo deny` on what is compiled into the package: by deny.toml, and against the known vulnerabilities where their
//! database can be had.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::sh;

const VERSION: &str = "0.20.2";

pub fn run() -> Result<()> {
    let deny = program()?;
    sh::run(&deny, ["--locked", "check", "licenses", "bans", "sources"])?;
    println!("• supply: licences, duplicates and sources pass cargo-deny {VERSION}");
    if sh::cmd(&deny, ["fetch", "db"]).unchecked().run()?.status.success() {
        sh::run(&deny, ["--locked", "check", "advisories"])?;
        println!("• supply: no known vulnerability");
    } else {
        println!("• supply: known vulnerabilities were NOT looked for: their database could not be fetched");
    }
    Ok(())
}

/// cargo-deny, compiled into cargo's target folder when missing: that takes minutes, so it is no part of `cargo xtask test`.
fn program() -> Result<PathBuf> {
    let root = sh::target("tools")?;
    let program = root.join("bin/cargo-deny").with_extension(env::consts::EXE_EXTENSION);
    let version = sh::cmd(&program, ["--version"]).stderr_null().read().unwrap_or_default();
    if !version.ends_with(VERSION) {
        let install = sh::cmd(sh::cargo(), ["install", "cargo-deny", "--version", VERSION, "--locked"]);
        install.env("CARGO_INSTALL_ROOT", root).run()?;
    }
    Ok(program)
}
