//! The part that builds the package a second time.

use std::fs;

use anyhow::{Result, ensure};

use crate::{build, sh};

/// Every file must be the same, byte for byte.
pub fn run() -> Result<()> {
    let (first, again) = (sh::path("pkg"), sh::path("target/again/pkg"));
    build::make(&sh::path("target/again/made"), &again)?;
    let mut files = 0;
    for file in fs::read_dir(&again)? {
        let name = file?.file_name();
        ensure!(
            fs::read(first.join(&name))? == fs::read(again.join(&name))?,
            "a second build gives another {}",
            name.display()
        );
        files += 1;
    }
    ensure!(fs::read_dir(&first)?.count() == files, "a second build gives fewer files");
    Ok(())
}
