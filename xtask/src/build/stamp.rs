//! Whether a folder is what the same input gave the last time, so that nothing has to be built.
//!
//! What cargo compiled stands for everything in Rust, `build.rs` and dependencies included; this program stands for the
//! build itself.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::sh;

/// A folder, what it is made of, and the file that notes both once it is made.
pub struct Stamp {
    file: PathBuf,
    output: PathBuf,
    input: u64,
}

impl Stamp {
    /// Of `output`, which this program makes of `inputs`, files or folders.
    pub fn new(file: PathBuf, output: &Path, inputs: &[PathBuf]) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        for input in inputs {
            add(input, &mut hasher)?;
        }
        // The program is large, and a new one has a new time.
        let program = fs::metadata(std::env::current_exe()?)?;
        (program.len(), program.modified()?).hash(&mut hasher);
        Ok(Self { file, output: output.to_owned(), input: hasher.finish() })
    }

    /// Whether the folder is still what was made of this input.
    pub fn is_current(&self) -> Result<bool> {
        let noted = fs::read_to_string(&self.file).unwrap_or_default();
        Ok(!noted.is_empty() && self.output.is_dir() && noted == self.text()?)
    }

    /// Notes what was made of this input.
    pub fn write(&self) -> Result<()> {
        sh::write(&self.file, self.text()?)
    }

    fn text(&self) -> Result<String> {
        let mut output = DefaultHasher::new();
        add(&self.output, &mut output)?;
        Ok(format!("{:016x} {:016x}\n", self.input, output.finish()))
    }
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

    use super::Stamp;

    #[test]
    fn a_folder_is_current_until_its_input_or_a_file_of_it_changes() {
        let place = std::env::temp_dir().join(format!("plangrep-stamp-{}", std::process::id()));
        let (input, output, file) = (place.join("input"), place.join("output"), place.join("stamp"));
        fs::create_dir_all(&output).unwrap();
        fs::write(&input, "1").unwrap();
        fs::write(output.join("index.mjs"), "1").unwrap();
        let stamp = || Stamp::new(file.clone(), &output, std::slice::from_ref(&input)).unwrap();
        assert!(!stamp().is_current().unwrap(), "never built");
        stamp().write().unwrap();
        assert!(stamp().is_current().unwrap());
        fs::write(&input, "2").unwrap();
        assert!(!stamp().is_current().unwrap(), "other input");
        fs::write(&input, "1").unwrap();
        assert!(stamp().is_current().unwrap(), "the input of before");
        fs::write(output.join("index.mjs"), "2").unwrap();
        assert!(!stamp().is_current().unwrap(), "edited by hand");
        fs::remove_dir_all(&output).unwrap();
        assert!(!stamp().is_current().unwrap(), "removed");
        fs::remove_dir_all(&place).unwrap();
    }
}
