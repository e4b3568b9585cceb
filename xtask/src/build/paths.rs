//! Keeps out of the wasm what only a panic would tell, which nobody will ever see: source paths and the standard
//! library's words.
//!
//! Two steps. The compiler is told to write the same paths on every machine, so that the package is the same wherever
//! it is built; then what it wrote is blanked, which compresses to nothing.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result};
use regex::bytes::Regex;
use walrus::Module;

use crate::sh;

/// What the folder with the dependencies' sources is called instead.
const DEPENDENCIES: &str = "/dependencies";

/// The standard library's words in a panic, and the table by which it would write numbers there. A wording that another
/// version of it has costs a few bytes.
const WORDS: [&str; 18] = [
    "cannot access a Thread Local Storage value during or after destruction: ",
    "copy_from_slice: source slice length (",
    ") does not match destination slice length (",
    "removal index (is ",
    ") should be < len (is ",
    "finish: callbacks should be Some",
    "finish: result should be None",
    "FnOnce called more than once",
    "internal error: entered unreachable code",
    "called `Result::unwrap()` on an `Err` value",
    "attempt to join into collection with len > usize::MAX",
    "Tried to shrink to a larger capacity",
    "capacity overflow",
    "LazyCell instance has previously been poisoned",
    "`async fn` resumed after completion",
    "RefCell already mutably borrowed",
    "RefCell already borrowed",
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
     5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899",
];

/// The compiler's flags.
pub fn flags() -> Result<Vec<String>> {
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let sources = home.context("cargo's home folder is not known: set CARGO_HOME")?.join("registry/src");
    let mut flags = Vec::new();
    for registry in fs::read_dir(&sources).with_context(|| format!("cannot read {}", sources.display()))? {
        flags.push(remap(&registry?.path(), DEPENDENCIES));
    }
    flags.sort();
    // The standard library: the same where its sources are installed as where they are not.
    let sysroot = sh::cmd("rustc", ["--print", "sysroot"]).read()?;
    let version = sh::cmd("rustc", ["--version", "--verbose"]).read()?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: "));
    let commit = commit.context("rustc does not say its commit")?;
    flags.push(remap(&Path::new(&sysroot).join("lib/rustlib/src/rust"), &format!("/rustc/{commit}")));
    Ok(flags)
}

/// Overwrites the paths and the words with zeros.
pub fn blank(module: &mut Module) -> Result<()> {
    let path = format!(r"(?:{DEPENDENCIES}/|/rustc/|/rust/deps/|src[/\\])[\w./\\-]*?\.rs");
    let words = WORDS.map(regex::escape).join("|");
    let told = Regex::new(&format!("(?-u){path}|{words}"))?;
    let segments: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for segment in segments {
        let bytes = &mut module.data.get_mut(segment).value;
        let found: Vec<_> = told.find_iter(bytes).map(|told| told.range()).collect();
        for range in found {
            bytes[range].fill(0);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use walrus::{ConstExpr, DataKind, Module};

    use super::blank;

    fn blanked(text: &str) -> Vec<u8> {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 1, None, None);
        let offset = ConstExpr::Value(walrus::ir::Value::I32(0));
        module.data.add(DataKind::Active { memory, offset }, text.as_bytes().to_vec());
        blank(&mut module).unwrap();
        module.data.iter().next().unwrap().value.clone()
    }

    #[test]
    fn paths_are_blanked_and_the_text_around_them_is_kept() {
        let path = "/rustc/59807616e1/library/core/src/cell.rs";
        let zeros = "\0".repeat(path.len());
        assert_eq!(blanked(&format!("expected{path}found")), format!("expected{zeros}found").as_bytes());
        assert_eq!(blanked("a/src/shell/js.rs/dependencies/js-sys-0.3.107/src/lib.rs!").last(), Some(&b'!'));
        assert!(
            !blanked("src/shell/js.rs/dependencies/js-sys-0.3.107/src/lib.rs").iter().any(|&byte| byte != 0)
        );
    }

    #[test]
    fn the_words_of_a_panic_are_blanked() {
        let words = "RefCell already borrowed";
        assert_eq!(
            blanked(&format!("job{words}status")),
            format!("job{}status", "\0".repeat(words.len())).as_bytes()
        );
        assert_eq!(blanked("must be an array of jobs"), b"must be an array of jobs");
    }

    #[test]
    fn what_only_looks_like_a_path_is_kept() {
        for text in ["https://plangrep.com/api/open/v1/", "src", "application/json", "src/ is no file of rs"]
        {
            assert_eq!(blanked(text), text.as_bytes());
        }
    }
}
