//! `bench weight`: what each part of the wasm weighs, by crate and by function.
//!
//! From the optimised module that still has its names, which the build leaves in cargo's target folder.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anyhow::Result;
use walrus::{FunctionKind, Module, ModuleConfig};

use super::table::{Row, Table};
use crate::build::{MODULE, NAMED};
use crate::sh;

/// Functions that are listed on their own.
const LARGEST: usize = 25;

pub fn run() -> Result<Vec<Table>> {
    let dir = sh::target("pkg/wasm")?;
    let bytes = std::fs::read(dir.join(NAMED))?;
    let stripped = std::fs::metadata(dir.join(MODULE))?.len();
    let module = ModuleConfig::new().generate_name_section(false).parse(&bytes)?;
    let mut functions = functions(&module);
    let data = module.data.iter().map(|data| data.value.len()).sum();
    let code: usize = functions.iter().map(|(_, size)| size).sum();
    let whole = usize::try_from(stripped)?;

    let mut parts: BTreeMap<String, usize> = BTreeMap::new();
    for (name, size) in &functions {
        *parts.entry(part(name)).or_default() += size;
    }
    let mut parts: Vec<_> = parts.into_iter().collect();
    parts.push(("(data: constants and texts)".to_owned(), data));
    parts.push(("(imports, exports, types, tables)".to_owned(), whole.saturating_sub(code + data)));
    functions.retain(|(_, size)| *size > 0);
    Ok(vec![
        table("The wasm by its parts", parts, whole, usize::MAX),
        table("The wasm by its largest functions", functions, whole, LARGEST),
    ])
}

/// The functions' names and the bytes of their bodies.
fn functions(module: &Module) -> Vec<(String, usize)> {
    let local = |function: &walrus::Function| match &function.kind {
        FunctionKind::Local(local) => local.original_range.clone(),
        FunctionKind::Import(_) | FunctionKind::Uninitialized(_) => None,
    };
    module
        .funcs
        .iter()
        .filter_map(|function| {
            let name = function.name.as_deref().unwrap_or("(nameless)");
            Some((format!("{:#}", rustc_demangle::demangle(name)), local(function)?.len()))
        })
        .collect()
}

fn table(title: &str, mut parts: Vec<(String, usize)>, whole: usize, most: usize) -> Table {
    parts.sort_by_key(|(_, size)| Reverse(*size));
    parts.truncate(most);
    #[expect(clippy::cast_precision_loss, reason = "sizes of files")]
    let row = |(name, size): (String, usize)| {
        Row::new(short(&name), [size as f64, 100.0 * size as f64 / whole as f64])
    };
    Table {
        title: title.to_owned(),
        columns: vec!["bytes".to_owned(), "%".to_owned()],
        rows: parts.into_iter().map(row).collect(),
    }
}

/// What a function belongs to: the crate that its name tells first; for our own, the module too. A generic function of
/// another crate counts for that one, even where it is filled with our code.
fn part(name: &str) -> String {
    let path =
        name.split(|c: char| !(c.is_alphanumeric() || "_:".contains(c))).find(|word| word.contains("::"));
    let Some(path) = path else { return "(exports and intrinsics)".to_owned() };
    let mut segments = path.trim_matches(':').split("::");
    match segments.next() {
        Some(own @ "plangrep_client") => {
            [own].into_iter().chain(segments.take(2)).collect::<Vec<_>>().join("::")
        }
        other => other.unwrap_or_default().to_owned(),
    }
}

/// Without its hash, and not longer than a line.
fn short(name: &str) -> String {
    let plain = name.rsplit_once("::h").filter(|(_, hash)| hash.len() == 16).map_or(name, |(plain, _)| plain);
    if plain.chars().count() > 90 {
        plain.chars().take(89).chain(['…']).collect()
    } else {
        plain.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{part, short};

    #[test]
    fn functions_count_for_the_crate_they_belong_to_and_ours_for_the_module() {
        assert_eq!(part("core::fmt::write::h0123456789abcdef"), "core");
        assert_eq!(part("<T as js_sys::Array>::get"), "js_sys");
        assert_eq!(
            part("<plangrep_client::core::coordinator::PollCoordinator>::step"),
            "plangrep_client::core::coordinator"
        );
        assert_eq!(part("plangrep_client::shell::jobs::check"), "plangrep_client::shell::jobs");
        assert_eq!(part("memcmp"), "(exports and intrinsics)");
    }

    #[test]
    fn names_are_shown_without_their_hash() {
        assert_eq!(short("a::b::h0123456789abcdef"), "a::b");
        assert_eq!(short("a::coordinator"), "a::coordinator");
    }
}
