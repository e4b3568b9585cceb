//! Running programs, and where things are.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use duct::{Expression, IntoExecutablePath};

/// The repository's root, with any of its paths appended.
pub fn path(relative: impl AsRef<Path>) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask/ lies in the root");
    root.join(relative)
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
