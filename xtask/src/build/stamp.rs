//! Whether `pkg/` is what the same input gave the last time, so that nothing has to be built.
//!
//! What cargo compiled stands for everything in Rust, `build.rs` and dependencies included; this program stands for the
//! build itself.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use anyhow::{Context, Result};

use crate::sh;

/// The file in the build's folder that holds the hashes of the input and of what was made of it.
const STAMP: &str = "stamp";
/// What goes into the package beside the compiled wasm.
const SOURCES: [&str; 4] = ["pkg-template", "package-lock.json", "LICENSE-MIT", "LICENSE-APACHE"];

/// A hash of all that the package is made of.
pub fn input(compiled: &Path) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    add(compiled, &mut hasher)?;
    for source in SOURCES {
        add(&sh::path(source), &mut hasher)?;
    }
    // The program is large, and a new one has a new time.
    let program = fs::metadata(std::env::current_exe()?)?;
    (program.len(), program.modified()?).hash(&mut hasher);
    Ok(hasher.finish())
}

/// Whether `pkg` is still what was made of this input.
pub fn is_current(dir: &Path, pkg: &Path, input: u64) -> Result<bool> {
    let stamp = fs::read_to_string(dir.join(STAMP)).unwrap_or_default();
    Ok(!stamp.is_empty() && pkg.is_dir() && stamp == text(pkg, input)?)
}

/// Notes what was made of this input.
pub fn write(dir: &Path, pkg: &Path, input: u64) -> Result<()> {
    sh::write(dir.join(STAMP), text(pkg, input)?)
}

fn text(pkg: &Path, input: u64) -> Result<String> {
    let mut output = DefaultHasher::new();
    add(pkg, &mut output)?;
    Ok(format!("{input:016x} {:016x}\n", output.finish()))
}

/// A file's name and bytes, or those of all files below a folder.
fn add(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    let cannot = || format!("cannot read {}", path.display());
    path.file_name().hash(hasher);
    if path.is_dir() {
        let entries = fs::read_dir(path).with_context(cannot)?;
        let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        entries.len().hash(hasher);
        for entry in entries {
            add(&entry.path(), hasher)?;
        }
    } else {
        fs::read(path).with_context(cannot)?.hash(hasher);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{is_current, write};

    #[test]
    fn the_package_is_current_until_the_input_or_a_file_of_it_changes() {
        let place = std::env::temp_dir().join(format!("plangrep-stamp-{}", std::process::id()));
        let (dir, pkg) = (place.join("dir"), place.join("pkg"));
        fs::create_dir_all(&dir).unwrap();
        fs::create_dir_all(&pkg).unwrap();
        fs::write(pkg.join("index.mjs"), "1").unwrap();
        assert!(!is_current(&dir, &pkg, 1).unwrap(), "never built");
        write(&dir, &pkg, 1).unwrap();
        assert!(is_current(&dir, &pkg, 1).unwrap());
        assert!(!is_current(&dir, &pkg, 2).unwrap(), "other input");
        fs::write(pkg.join("index.mjs"), "2").unwrap();
        assert!(!is_current(&dir, &pkg, 1).unwrap(), "edited by hand");
        fs::remove_dir_all(&pkg).unwrap();
        assert!(!is_current(&dir, &pkg, 1).unwrap(), "removed");
        fs::remove_dir_all(&place).unwrap();
    }
}
