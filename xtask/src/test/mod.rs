//! `cargo xtask test`: parts as a table, one line each, and a count at the end.

mod again;
mod bytes;
mod everywhere;
mod package;
mod proxy;
pub mod rust;

use std::env;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::{setup, sh};

/// A part of the tests. Adding one is adding a row to [`PARTS`].
struct Part {
    name: &'static str,
    about: &'static str,
    speed: Speed,
    /// It tests `pkg/`, which is built before.
    on_package: bool,
    /// Prints what it likes; it is shown when the part fails.
    run: fn() -> Result<()>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Speed {
    /// Under a minute once everything is compiled.
    Fast,
    Slow,
}
use Speed::{Fast, Slow};

const BUILD: &str = "build";
/// The parts of which single files can be run.
const OF_FILES: [&str; 8] = ["package", "client", "types", "faults", "interfaces", "durable", "page", "demo"];
/// What a line begins with that is shown although the part passed.
const COUNT: &str = "• ";
/// What Node's test runner says in the end, and how many tests passed.
const NODE_PASSED: &str = "ℹ pass ";

#[rustfmt::skip]
const PARTS: &[Part] = &[
    Part { name: "lint",          speed: Fast, on_package: false, run: rust::lint,          about: "formatting and lints, Rust and JavaScript" },
    Part { name: "native",        speed: Fast, on_package: false, run: rust::native,        about: "the Rust tests that need no JavaScript" },
    Part { name: "wasm-node",     speed: Fast, on_package: false, run: rust::wasm_node,     about: "the crate as wasm, in Node" },
    Part { name: "wasm-snipped",  speed: Fast, on_package: false, run: rust::wasm_snipped,  about: "the same, without what the build cuts out" },
    Part { name: "wasm-chromium", speed: Fast, on_package: false, run: rust::wasm_chromium, about: "the crate as wasm, in headless Chromium" },
    Part { name: BUILD,           speed: Fast, on_package: false, run: crate::build::run,   about: "the npm package builds" },
    Part { name: "again",         speed: Fast, on_package: true,  run: again::run,          about: "a second build gives the same package, byte for byte" },
    Part { name: "package",       speed: Fast, on_package: true,  run: package::run,        about: "the packed tarball, installed, in Node against the emulator" },
    Part { name: "bytes",         speed: Fast, on_package: true,  run: bytes::run,          about: "what an application ships stays within its budget" },
    Part { name: "client",        speed: Fast, on_package: true,  run: package::client,     about: "what the package does, on a virtual clock and on real sockets" },
    Part { name: "types",         speed: Fast, on_package: true,  run: package::types,      about: "the declarations, under tsc" },
    Part { name: "docs",          speed: Slow, on_package: false, run: crate::docs::run,    about: "the reference of the package and of the crate, without a warning" },
    Part { name: "tls",           speed: Slow, on_package: false, run: rust::tls,           about: "the emulator with an upstream over https, under clippy" },
    Part { name: "faults",        speed: Slow, on_package: true,  run: package::faults,     about: "a hostile world: servers, networks, callers, time, leaks, secrets" },
    Part { name: "everywhere",    speed: Slow, on_package: true,  run: everywhere::run,     about: "the packed tarball in every runtime, bundler and browser" },
    Part { name: "interfaces",    speed: Slow, on_package: true,  run: package::interfaces, about: "the recipes for interfaces, in their frameworks, on a server and in Chromium" },
    Part { name: "durable",       speed: Slow, on_package: true,  run: package::durable,    about: "the recipes for waits that outlive a process, on their engines" },
    Part { name: "page",          speed: Slow, on_package: true,  run: package::page,       about: "the demo page, in Chromium" },
    Part { name: "demo",          speed: Slow, on_package: true,  run: package::demo,       about: "the demo's command, from its start to Ctrl+C" },
];

#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Args {
    /// The parts to run, all if none is named; after one part's name, files of it, such as `client
    /// tests/waits/wait.test.js`.
    #[arg(value_name = "NAME|FILE")]
    names: Vec<String>,
    /// List the parts.
    #[arg(long)]
    list: bool,
    /// Leave the slow parts out.
    #[arg(long)]
    fast: bool,
    /// In `everywhere`, run also the rows that are rare or take long.
    #[arg(long)]
    all: bool,
    /// Stop after the first part that fails; without it, every part runs whatever the others do.
    #[arg(long)]
    fail_fast: bool,
    /// Show what the parts print while they run.
    #[arg(long, short)]
    verbose: bool,
    /// Run one part in this process.
    #[arg(long, hide = true, value_name = "NAME")]
    inside: Option<String>,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    if let Some(name) = &args.inside {
        return (find(name)?.run)().map(|()| ExitCode::SUCCESS);
    }
    let (names, files): (Vec<_>, Vec<_>) =
        args.names.iter().partition(|name| Path::new(name).extension().is_none());
    let parts = select(&names, args.fast)?;
    let files = files_of(&names, &files)?;
    if args.list {
        for part in parts {
            let slow = if part.speed == Fast { "" } else { " (slow)" };
            println!("{:14} {}{slow}", part.name, part.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (mut failed, mut passed) = (Vec::new(), 0);
    for part in &parts {
        let no_package = part.on_package && failed.contains(&BUILD);
        if no_package {
            println!("{:14} FAILED: there is no package to test", part.name);
        }
        if no_package || !passes(part, files.as_ref(), args)? {
            failed.push(part.name);
            if args.fail_fast {
                break;
            }
        } else {
            passed += 1;
        }
    }
    if !failed.is_empty() {
        let again = if files.is_some() { args.names.join(" ") } else { failed.join(" ") };
        println!("Run what failed again with: cargo xtask test {again}");
    }
    let left = parts.len() - passed - failed.len();
    let left = if left == 0 { String::new() } else { format!(", {left} not run") };
    println!("{passed} passed, {} failed{left}", failed.len());
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn find(name: &str) -> Result<&'static Part> {
    PARTS
        .iter()
        .find(|part| part.name == name)
        .with_context(|| format!("there is no part \"{name}\": `cargo xtask test --list` shows the parts"))
}

/// The parts asked for, in the table's order, with the build in front of what needs the package.
fn select(names: &[&String], fast: bool) -> Result<Vec<&'static Part>> {
    let chosen = names.iter().map(|name| find(name)).collect::<Result<Vec<_>>>()?;
    let wanted = |part: &Part| {
        (chosen.is_empty() || chosen.iter().any(|chosen| chosen.name == part.name))
            && !(fast && part.speed == Slow)
    };
    let build = PARTS.iter().any(|part| part.on_package && wanted(part));
    Ok(PARTS.iter().filter(|part| wanted(part) || (build && part.name == BUILD)).collect())
}

/// The test files chosen for, whole paths of them, as the environment gives them to the one part that they belong to.
fn files_of(names: &[&String], files: &[&String]) -> Result<Option<OsString>> {
    if files.is_empty() {
        return Ok(None);
    }
    let [name] = names else {
        bail!("name the one part that the files belong to: cargo xtask test PART FILE…")
    };
    ensure!(OF_FILES.contains(&name.as_str()), "files can be named for {}", OF_FILES.join(", "));
    Ok(Some(env::join_paths(files.iter().map(sh::path))?))
}

/// What a part needs of the machine. It is seen to here and not in the part, whose output is held back: nobody should find
/// out afterwards that something was installed.
fn prepare(part: &Part) -> Result<()> {
    match part.name {
        "wasm-chromium" | "faults" | "interfaces" | "page" => setup::chromedriver().map(|_| ()),
        "everywhere" => setup::browsers(),
        "durable" => setup::servers(),
        _ => Ok(()),
    }
}

/// Runs a part in a process of its own, so that all its output, cargo's included, can be held back.
fn passes(part: &Part, files: Option<&OsString>, &Args { all, verbose, .. }: &Args) -> Result<bool> {
    if let Err(missing) = prepare(part) {
        println!("{:14} FAILED: {missing:#}", part.name);
        return Ok(false);
    }
    print!("{:14} ", part.name);
    if verbose {
        println!();
    }
    std::io::stdout().flush()?;
    let start = Instant::now();
    let mut command =
        sh::cmd(env::current_exe()?, ["test", "--inside", part.name]).stderr_to_stdout().unchecked();
    if let Some(files) = files.filter(|_| OF_FILES.contains(&part.name)) {
        command = command.env(package::FILES, files);
    }
    if all {
        command = command.env(everywhere::ALL, "1");
    }
    let output = if verbose { command.run()? } else { command.stdout_capture().run()? };
    let seconds = start.elapsed().as_secs_f64();
    if output.status.success() {
        println!("ok {seconds:8.1} s");
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            if line.starts_with(COUNT) {
                println!("{line}");
            } else if let Some(passed) = line.strip_prefix(NODE_PASSED) {
                println!("{COUNT}{}: {passed} tests", part.name);
            }
        }
    } else {
        println!("FAILED {seconds:4.1} s");
        std::io::stdout().write_all(&output.stdout)?;
    }
    Ok(output.status.success())
}

#[cfg(test)]
mod tests {
    use super::{PARTS, files_of, select};
    use crate::sh;

    fn names(names: &[&str], fast: bool) -> Vec<&'static str> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        select(&names.iter().collect::<Vec<_>>(), fast).unwrap().iter().map(|part| part.name).collect()
    }

    #[test]
    fn no_name_means_every_part() {
        assert_eq!(names(&[], false).len(), PARTS.len());
    }

    #[test]
    fn what_tests_the_package_has_it_built_first() {
        assert_eq!(names(&["package"], false), ["build", "package"]);
        assert_eq!(names(&["package", "native"], false), ["native", "build", "package"]);
    }

    #[test]
    fn a_name_that_is_none_is_refused() {
        assert!(select(&[&"nativ".to_owned()], false).is_err());
    }

    #[test]
    fn files_belong_to_one_part_that_has_files() {
        let (client, lint, file) =
            ("client".to_owned(), "lint".to_owned(), "tests/waits/wait.test.js".to_owned());
        assert_eq!(files_of(&[&client], &[]).unwrap(), None);
        assert_eq!(files_of(&[&client], &[&file]).unwrap(), Some(sh::path(&file).into()));
        for names in [&[][..], &[&lint], &[&client, &lint]] {
            assert!(files_of(names, &[&file]).is_err());
        }
    }
}
