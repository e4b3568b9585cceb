//! Keeps out of the wasm what only a panic would tell, which nobody will ever see: source paths and the standard
//! library's words.
//!
//! Two steps. The compiler is told to write the same paths on every machine, so that the package is the same wherever
//! it is built; then what it wrote is blanked, which compresses to nothing.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result};
use walrus::ir::Value;
use walrus::{ConstExpr, Data, DataKind, Module};

use crate::sh;

/// What the folder with the dependencies' sources is called instead.
const DEPENDENCIES: &str = "/dependencies";

/// What the path of a source file begins with, in the standard library, in a dependency and in this crate.
const PATHS: [&str; 5] = ["/dependencies/", "/rustc/", "/rust/deps/", "src/", "src\\"];
/// Bytes of a place in a source file.
const PLACE: usize = 16;

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

/// Overwrites the paths, the words and the places with zeros.
pub fn blank(module: &mut Module) {
    let places: Vec<_> = module.data.iter().filter_map(|data| Some((data.id(), address(data)?))).collect();
    let mut listed: Vec<Range<usize>> = Vec::new();
    for &(id, address) in &places {
        let bytes = &mut module.data.get_mut(id).value;
        for range in found(bytes) {
            bytes[range.clone()].fill(0);
            listed.push(address + range.start..address + range.end);
        }
    }
    for (id, address) in places {
        blank_places(&mut module.data.get_mut(id).value, address, &listed);
    }
}

/// Where the memory begins that this data fills, where that is fixed.
fn address(data: &Data) -> Option<usize> {
    match data.kind {
        DataKind::Active { offset: ConstExpr::Value(Value::I32(offset)), .. } => usize::try_from(offset).ok(),
        _ => None,
    }
}

/// The paths and the words in these bytes.
fn found(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = path_length(&bytes[at..]).or_else(|| word_length(&bytes[at..])).unwrap_or(0);
        if length > 0 {
            found.push(at..at + length);
        }
        at += length.max(1);
    }
    found
}

/// How long the source path is that these bytes begin with.
fn path_length(bytes: &[u8]) -> Option<usize> {
    let start = PATHS.iter().find(|start| bytes.starts_with(start.as_bytes()))?.len();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_./\\-".contains(byte);
    let end = bytes.iter().position(|byte| !is_part(byte)).unwrap_or(bytes.len());
    let extension = bytes[start..end].windows(3).position(|part| part == b".rs")?;
    Some(start + extension + 3)
}

fn word_length(bytes: &[u8]) -> Option<usize> {
    WORDS.iter().find(|word| bytes.starts_with(word.as_bytes())).map(|word| word.len())
}

/// A `core::panic::Location` is the address and the length of a path, a line and a column, four bytes each. What points to
/// a path that was blanked, and ends where that does, is one.
fn blank_places(bytes: &mut [u8], address: usize, listed: &[Range<usize>]) {
    let mut at = address.next_multiple_of(4) - address;
    while let Some(place) = bytes.get_mut(at..at + PLACE) {
        let number = |index: usize| {
            let bytes = place[4 * index..][..4].try_into().unwrap_or_default();
            u32::from_le_bytes(bytes) as usize
        };
        let (start, end) = (number(0), number(0).saturating_add(number(1)));
        let is_place = number(2) > 0
            && number(3) > 0
            && listed.iter().any(|path| path.contains(&start) && end == path.end);
        if is_place {
            place.fill(0);
        }
        at += if is_place { PLACE } else { 4 };
    }
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
        blank(&mut module);
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
    fn the_place_of_a_panic_is_blanked_and_other_numbers_are_kept() {
        let path = "src/shell/js.rs!";
        let numbers =
            |of: [u32; 4]| of.map(|number| String::from_utf8(number.to_le_bytes().into()).unwrap()).concat();
        let kept = [[0, 14, 7, 9], [0, 15, 0, 9], [1, 15, 7, 9], [16, 15, 7, 9]].map(numbers).concat();
        let blanked = blanked(&format!("{path}{}{kept}{}", numbers([0, 15, 7, 9]), numbers([4, 11, 120, 9])));
        let expected = [&[0; 15][..], b"!", &[0; 16], kept.as_bytes(), &[0; 16]].concat();
        assert_eq!(blanked, expected);
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
