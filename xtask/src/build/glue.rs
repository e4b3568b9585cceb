//! wasm-bindgen's JavaScript as a function that makes a fresh copy of it.
//!
//! As a module it holds one instance's state for ever. As a function, each instance has a state of its own: after a
//! trap a new instance starts clean, and late callbacks and finalizers of the old one cannot reach it.

use std::fmt::Write as _;

use anyhow::{Result, bail};

/// What the glue takes for the global `queueMicrotask`: users' fake timers may stop that one, and with it every call
/// until their clock ticks. Nobody fakes promises.
const MICROTASKS: &str = "const queueMicrotask = (run) => void Promise.resolve().then(run);";

/// The module that exports `createGlue()`, from the module that wasm-bindgen wrote for `--target bundler`.
pub fn as_factory(module: &str) -> Result<String> {
    let mut body = String::new();
    let mut names = Vec::new();
    for line in module.lines() {
        let line = if let Some(declaration) = line.strip_prefix("export ") {
            names.push(declared_name(declaration)?);
            declaration
        } else if line.starts_with("import ") {
            bail!("wasm-bindgen's JavaScript imports something, which the package has no place for: {line}");
        } else {
            line
        };
        writeln!(body, "{line}")?;
    }
    Ok(format!(
        "export function createGlue() {{\n{MICROTASKS}\n{body}return {{ {} }};\n}}\n",
        names.join(", ")
    ))
}

fn declared_name(declaration: &str) -> Result<&str> {
    let declaration = declaration.strip_prefix("async ").unwrap_or(declaration);
    let name = ["function ", "class ", "const ", "let "]
        .iter()
        .find_map(|keyword| declaration.strip_prefix(keyword))
        .and_then(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').next());
    match name {
        Some(name) if !name.is_empty() => Ok(name),
        _ => bail!("wasm-bindgen's JavaScript exports in a way that is not known here: export {declaration}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{MICROTASKS, as_factory};

    #[test]
    fn exports_become_members_of_what_the_function_returns() {
        let module = "let wasm;\nexport function __wbg_set_wasm(val) {\n    wasm = val;\n}\nexport class Client {\n}\n";
        let expected = format!(
            "export function createGlue() {{\n{MICROTASKS}\nlet wasm;\nfunction __wbg_set_wasm(val) {{\n    wasm = val;\n}}\n\
             class Client {{\n}}\nreturn {{ __wbg_set_wasm, Client }};\n}}\n"
        );
        assert_eq!(as_factory(module).unwrap(), expected);
    }

    #[test]
    fn an_unknown_form_of_export_or_import_is_refused() {
        assert!(as_factory("export { a as b };\n").is_err());
        assert!(as_factory("import { a } from './snippet.js';\n").is_err());
    }
}
