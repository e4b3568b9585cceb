//! Takes float formatting out of the module.

use std::path::Path;

use anyhow::Result;

use crate::sh;

/// Copies for now.
pub fn snip_float_formatting(from: &Path, to: &Path) -> Result<()> {
    sh::copy(from, to)
}

pub fn check_none_left(_: &Path) -> Result<()> {
    Ok(())
}
