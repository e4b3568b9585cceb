//! The part that builds the package a second time.

use std::fs;

use anyhow::{Result, ensure};

use crate::{build, sh};

/// Every file must be the same, byte for byte.
pub fn run() -> Result<()> {
    let (pkg, first) = (sh::path("pkg"), sh::target("first")?);
    sh::empty_dir(&first)?;
    for file in fs::read_dir(&pkg)? {
        let file = file?;
        sh::copy(file.path(), first.join(file.file_name()))?;
    }
    build::anew()?;
    let mut files = 0;
    for file in fs::read_dir(&pkg)? {
        let name = file?.file_name();
        let same = fs::read(first.join(&name))? == fs::read(pkg.join(&name))?;
        ensure!(same, "a second build gives another {}", name.display());
        files += 1;
    }
    ensure!(fs::read_dir(&first)?.count() == files, "a second build gives fewer files");
    println!("• again: {files} files, the same byte for byte");
    Ok(())
}
