//! Running programs, and where things are.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use duct::{Expression, IntoExecutablePath};
use serde_json::Value;

/// The repository's root, with any of its paths appended.
pub fn path(relative: impl AsRef<Path>) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask/ lies in the root");
    root.join(relative)
}

/// A path in the folder that cargo compiles into: `target/`, or what `CARGO_TARGET_DIR` or cargo's configuration say.
pub fn target(relative: impl AsRef<Path>) -> Result<PathBuf> {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    if let Some(target) = TARGET.get() {
        return Ok(target.join(relative));
    }
    let metadata = cmd(cargo(), ["metadata", "--no-deps", "--format-version=1"]).dir(path("")).read()?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let target = metadata["target_directory"].as_str().context("cargo does not say its target folder")?;
    Ok(TARGET.get_or_init(|| target.into()).join(relative))
}

/// Does a part of the work, and says on standard error what it is and how long it took: the first time, a command goes on
/// for a minute or more.
pub fn stage<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("- {name} …");
    let start = Instant::now();
    let done = work()?;
    eprintln!("- {name}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(done)
}

/// What a thread gives; that it panicked is an error.
pub fn join<T>(thread: std::thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread.join().map_err(|_| anyhow!("a part of the work panicked"))?
}

/// A program with its arguments. It runs in the repository's root, unless told otherwise, and its output goes where
/// ours goes.
pub fn cmd<A: Into<OsString>>(
    program: impl IntoExecutablePath,
    args: impl IntoIterator<Item = A>,
) -> Expression {
    duct::cmd(program, args)
}

/// Runs to the end; an exit code other than 0 is an error that names the whole command.
pub fn run<A: Into<OsString>>(
    program: impl IntoExecutablePath,
    args: impl IntoIterator<Item = A>,
) -> Result<()> {
    cmd(program, args).run()?;
    Ok(())
}

/// The cargo that runs us.
pub fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// A command that an npm package of the root brings.
pub fn npm_tool(name: &str) -> PathBuf {
    path("node_modules/.bin").join(if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() })
}

/// Whether `program --version` can be run at all.
pub fn exists(program: &str) -> bool {
    duct::cmd!(program, "--version").stdout_null().stderr_null().unchecked().run().is_ok()
}

pub fn read(path: impl AsRef<Path>) -> Result<String> {
    let path = path.as_ref();
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

pub fn write(path: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> Result<()> {
    let path = path.as_ref();
    std::fs::write(path, contents).with_context(|| format!("cannot write {}", path.display()))
}

pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<()> {
    let (from, to) = (from.as_ref(), to.as_ref());
    std::fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// A folder that is there and empty.
pub fn empty_dir(path: impl AsRef<Path>) -> Result<()> {
    let path = path.as_ref();
    if path.exists() {
        std::fs::remove_dir_all(path).with_context(|| format!("cannot empty {}", path.display()))?;
    }
    std::fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))
}
