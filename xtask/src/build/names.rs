//! Short names for what the module imports and exports: wasm-bindgen's end in hashes, which no compressor makes smaller,
//! and they stand in the module and in its JavaScript.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wasm_encoder::{EntityType, ExportKind, ExportSection, ImportSection, Module, RawSection};
use wasmparser::{Export, ExternalKind, Import, Parser, Payload, TypeRef};

/// What `pkg-template/entry/instantiate.js` gives the module's imports under.
const IMPORTED_FROM: &str = "_";
/// What keeps its name: `pkg-template/entry/instantiate.js` calls the one itself, and tools look for the other.
const KEPT: [&str; 2] = ["__wbindgen_start", "memory"];

/// Short names by wasm-bindgen's.
#[derive(Default)]
pub struct Names {
    imports: HashMap<String, String>,
    exports: HashMap<String, String>,
}

/// Renames every import and every export. All else stays byte for byte.
pub fn shorten(from: &Path, to: &Path) -> Result<Names> {
    let bytes = std::fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    let mut names = Names::default();
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload? {
            Payload::ImportSection(imports) => {
                let mut section = ImportSection::new();
                for import in imports.into_imports() {
                    let Import { name, ty: TypeRef::Func(ty), .. } = import? else {
                        bail!("the wasm imports something else than functions");
                    };
                    section.import(IMPORTED_FROM, short(&mut names.imports, name), EntityType::Function(ty));
                }
                module.section(&section);
            }
            Payload::ExportSection(exports) => {
                let mut section = ExportSection::new();
                for export in exports {
                    let Export { name, kind, index } = export?;
                    let kind = match kind {
                        ExternalKind::Func => ExportKind::Func,
                        ExternalKind::Table => ExportKind::Table,
                        ExternalKind::Memory => ExportKind::Memory,
                        ExternalKind::Global => ExportKind::Global,
                        other => bail!("the wasm exports what is not known here: {other:?}"),
                    };
                    let name = if KEPT.contains(&name) { name } else { short(&mut names.exports, name) };
                    section.export(name, kind, index);
                }
                module.section(&section);
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    module.section(&RawSection { id, data: &bytes[range] });
                }
            }
        }
    }
    std::fs::write(to, module.finish()).with_context(|| format!("cannot write {}", to.display()))?;
    Ok(names)
}

/// The next short name, for this one. In JavaScript only these begin with an underscore and a digit.
fn short<'a>(names: &'a mut HashMap<String, String>, name: &str) -> &'a str {
    let short = format!("_{}", names.len());
    names.entry(name.to_owned()).or_insert(short)
}

impl Names {
    /// wasm-bindgen's JavaScript with the short names: those of imports as they are, those of exports as members of `wasm`.
    pub fn apply(&self, text: &str) -> String {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        let mut renamed = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_part) {
            let (before, from) = rest.split_at(start);
            let (word, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
            renamed += before;
            let of_wasm = before == "." && renamed.ends_with("wasm.");
            let names = if of_wasm { &self.exports } else { &self.imports };
            renamed += names.get(word).map_or(word, String::as_str);
            rest = after;
        }
        renamed + rest
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn whole_identifiers_are_renamed_and_nothing_else() {
        let imports = [("__wbg_call_12ab".to_owned(), "_0".to_owned())].into();
        let exports = [("close".to_owned(), "_1".to_owned())].into();
        let text = "export function __wbg_call_12ab(a) { x.__wbg_call_12abc; \"ä\"; close(wasm.close) }";
        let expected = "export function _0(a) { x.__wbg_call_12abc; \"ä\"; close(wasm._1) }";
        assert_eq!(Names { imports, exports }.apply(text), expected);
    }
}
