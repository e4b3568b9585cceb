//! What a command needs beyond Rust and Node: installed when missing, or named in one sentence.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::sh;

pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// What Chromium is started with, beside being headless: the flags that all tests have.
pub fn chromium_flags() -> Vec<&'static str> {
    include_str!("../../tests/support/chromium-flags.txt").lines().collect()
}

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The standard library for wasm.
pub fn wasm_target() -> Result<()> {
    let sysroot = sh::cmd("rustc", ["--print", "sysroot"]).read()?;
    if Path::new(&sysroot).join("lib/rustlib").join(WASM_TARGET).exists() {
        return Ok(());
    }
    eprintln!("installing the Rust target {WASM_TARGET}");
    if sh::run("rustup", ["target", "add", WASM_TARGET]).is_err() {
        bail!(
            "the Rust target {WASM_TARGET} is missing and could not be added: \
             install it with `rustup target add {WASM_TARGET}`"
        );
    }
    Ok(())
}

/// The npm packages that `dir`'s lock file names; installs only where they are missing or the lock has changed.
pub fn npm(dir: &Path) -> Result<()> {
    let lock = sh::read(dir.join("package-lock.json"))?;
    // The lock that the installed packages came from.
    let stamp = dir.join("node_modules/.installed-lock.json");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    node()?;
    eprintln!("installing npm packages in {}", dir.display());
    sh::cmd(NPM, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]).dir(dir).run()?;
    sh::write(stamp, lock)
}

fn node() -> Result<()> {
    let version = sh::cmd("node", ["--version"]).read().unwrap_or_default();
    let mut parts = version.trim_start_matches('v').split('.').map(|part| part.parse().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if (major, minor) < (20, 19) {
        let found = if version.is_empty() { "none" } else { version.as_str() };
        bail!("Node 20.19 or newer is needed, found {found}: install it from https://nodejs.org");
    }
    Ok(())
}

/// ChromeDriver, and with it Chromium.
pub fn chromedriver() -> Result<PathBuf> {
    if let Some(driver) = env::var_os("CHROMEDRIVER").map(PathBuf::from).or_else(|| on_path("chromedriver")) {
        return Ok(driver);
    }
    debian(&["chromium", "chromium-driver"], "the tests drive a real Chromium");
    on_path("chromedriver").context(
        "ChromeDriver is missing and could not be installed: install Chromium and ChromeDriver of one version \
         (on Debian `apt-get install chromium chromium-driver`), or set CHROMEDRIVER to its path",
    )
}

/// The browsers that the package is tested in, and the screen that WebKit needs: each program and what brings it.
const BROWSERS: [(&str, &str); 4] = [
    ("chromium", "chromium"),
    ("firefox-esr", "firefox-esr"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("Xvfb", "xvfb"),
];

pub fn browsers() -> Result<()> {
    programs(&BROWSERS, "the package is tested in every browser")
}

/// The servers that waits outlive a process on. PostgreSQL's own programs are on nobody's path, but its client's are.
const SERVERS: [(&str, &str); 2] = [("psql", "postgresql"), ("redis-server", "redis-server")];

pub fn servers() -> Result<()> {
    programs(&SERVERS, "recipes run on PostgreSQL and Redis")
}

/// Programs and what brings each.
fn programs(programs: &[(&str, &str)], why: &str) -> Result<()> {
    let missing = || programs.iter().filter(|(program, _)| on_path(program).is_none());
    let packages: Vec<&str> = missing().map(|(_, package)| *package).collect();
    if packages.is_empty() {
        return Ok(());
    }
    debian(&packages, why);
    match missing().next() {
        None => Ok(()),
        Some((program, package)) => bail!(
            "{program} is missing and could not be installed: on Debian `apt-get install {package}` brings it"
        ),
    }
}

/// Tries to install Debian's packages, where that is no surprise: by root, as in a container, and in CI. Whether it worked
/// shows in what is there afterwards.
fn debian(packages: &[&str], why: &str) {
    let root = sh::cmd("id", ["-u"]).stderr_null().read().is_ok_and(|id| id == "0");
    let ci = env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
    if on_path("apt-get").is_none() || !(root || ci) {
        return;
    }
    eprintln!("installing {} with apt-get: {why}", packages.join(", "));
    // The runners of CI are no root and may become it.
    let before: &[&str] = if root { &["env"] } else { &["sudo", "--non-interactive"] };
    let apt = |args: &[&str]| {
        let words = [before, &["DEBIAN_FRONTEND=noninteractive", "apt-get"], args].concat();
        sh::cmd(words[0], &words[1..]).stdout_to_stderr().run()
    };
    let install = ["install", "--yes", "--no-install-recommends"];
    let installed = apt(&["update"]).and_then(|_| apt(&[&install, packages].concat()));
    if let Err(error) = installed {
        eprintln!("apt-get: {error}");
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(&name)).find(|path| path.is_file())
}
