//! Short names for what the module imports: wasm-bindgen's end in hashes, which no compressor makes smaller, and they
//! stand in the module and in its JavaScript.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use walrus::ModuleConfig;

use crate::sh;

/// Renames every import that wasm-bindgen's JavaScript provides, in both files.
pub fn shorten(wasm: &Path, glue: &Path) -> Result<()> {
    let mut module =
        ModuleConfig::new().parse_file(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let mut short = HashMap::new();
    for (number, import) in
        module.imports.iter_mut().filter(|import| import.name.starts_with("__w")).enumerate()
    {
        let name = format!("_{number}");
        short.insert(std::mem::replace(&mut import.name, name.clone()), name);
    }
    sh::write(glue, rename(&sh::read(glue)?, &short))?;
    module.emit_wasm_file(wasm)
}

/// The text with every identifier that `short` knows replaced.
fn rename(text: &str, short: &HashMap<String, String>) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        renamed += before;
        renamed += short.get(word).map_or(word, String::as_str);
        rest = after;
    }
    renamed + rest
}

#[cfg(test)]
mod tests {
    use super::rename;

    #[test]
    fn whole_identifiers_are_renamed_and_nothing_else() {
        let short = [("__wbg_call_12ab".to_owned(), "_0".to_owned())].into();
        let text = "export function __wbg_call_12ab(a) { x.__wbg_call_12abc; \"ä\" }";
        assert_eq!(rename(text, &short), "export function _0(a) { x.__wbg_call_12abc; \"ä\" }");
    }
}
