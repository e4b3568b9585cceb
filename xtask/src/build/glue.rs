//! wasm-bindgen's JavaScript as a function that makes a fresh copy of it.
//!
//! As a module it holds one instance's state for ever. As a function, each instance has a state of its own: after a
//! trap a new instance starts clean, and late callbacks and finalizers of the old one cannot reach it.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use regex_lite::Regex;

use super::names::Names;

/// Where a runtime lacks the classes that make bytes of text and text of bytes, the crate brings its own, in a snippet of
/// this name beside those that it calls.
const CODECS: &str = "const { TextDecoder, TextEncoder } = codecs();";
const CODECS_FILE: &str = "utf8.js";

/// js-sys can look for the global object by evaluating text, where a runtime has no `globalThis`: none that the package
/// supports. Some platforms refuse code that holds this at all (Next.js for its edge runtime).
const EVALUATION: (&str, &str) = ("new Function(getStringFromWasm0(arg0, arg1))", "() => undefined");

/// How wasm-bindgen has an import tell the wasm what it threw: the import is made anew at each call, and its arguments
/// are put into a list. The same without either is faster.
const CATCHING: (&str, &str) = (
    r"(?s)function (\w+)\(\) \{ return handleError\(function \(([^)]*)\) \{(.*?)\n\}, arguments\); \}",
    "function $1($2) { try {$3\n} catch (e) { handleError(e); } }",
);
const HANDLER: (&str, &str) = (
    "function handleError(f, args) {\n    try {\n        return f.apply(this, args);\n    } catch (e) {\n        \
     const idx = addToExternrefTable0(e);\n        wasm.__wbindgen_exn_store(idx);\n    }\n}",
    "function handleError(e) {\n    const idx = addToExternrefTable0(e);\n    wasm.__wbindgen_exn_store(idx);\n}",
);

/// Rust drops every closure that it makes. To have the garbage collector watch over them too costs each call more than
/// making them.
const WATCHED: (&str, &str) =
    (r"(?s)const CLOSURE_DTORS = .*?;\n", "const CLOSURE_DTORS = { register() {}, unregister() {} };\n");

/// How wasm-bindgen has an import of the crate's own be what the crate's JavaScript has under its name. It is there: both
/// are of one build.
const FOUND: (&str, &str) =
    (r"typeof (\w+\.\w+) == 'function' \? (\w+\.\w+) : notDefined\('(\w+\.\w+)'\)", "$1");

/// What nobody in the package asks for: both classes are freed by name.
const DISPOSAL: (&str, &str) = (r"if \(Symbol\.dispose\) .*\n", "");

/// How wasm-bindgen tells that the memory has grown: a new buffer is enough of a sign, in runtimes old and new.
const GROWN: (&str, &str) = (
    "cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && \
     cachedDataViewMemory0.buffer !== wasm.memory.buffer)",
    "cachedDataViewMemory0.buffer !== wasm.memory.buffer",
);

/// How text goes into memory: by one way in place of two, into room for any text of its length.
const ENCODING: (&str, &str) = (
    r"(?s)function passStringToWasm0\(arg, malloc, realloc\) \{.*?\n\}\n",
    "function passStringToWasm0(arg, malloc, realloc) {
    const room = arg.length * 3;
    const ptr = malloc(room, 1) >>> 0;
    WASM_VECTOR_LEN = cachedTextEncoder.encodeInto(arg, getUint8ArrayMemory0().subarray(ptr, ptr + room)).written;
    return room ? realloc(ptr, room, WASM_VECTOR_LEN, 1) >>> 0 : ptr;
}
",
);
/// Every runtime that the package supports has the method, and so has what the crate brings.
const ENCODER: (&str, &str) = (r"(?s)if \(!\('encodeInto' in cachedTextEncoder\)\) \{.*?\n\}\n", "");

/// wasm-bindgen's JavaScript, lighter. All of what is looked for must be there, and in the form that is known here: the
/// build refuses anything else, so that no import is left half changed.
pub fn lighten(module: &str) -> Result<String> {
    let mut lighter = module.to_owned();
    let rewrites = [
        (CATCHING.0, CATCHING.1, "return handleError("),
        (&regex_lite::escape(HANDLER.0), HANDLER.1, "f.apply(this, args)"),
        (WATCHED.0, WATCHED.1, "CLOSURE_DTORS = (typeof"),
        (FOUND.0, FOUND.1, ": notDefined("),
        (DISPOSAL.0, DISPOSAL.1, "Symbol.dispose)"),
        (&regex_lite::escape(GROWN.0), GROWN.1, "detached === undefined"),
        (ENCODING.0, ENCODING.1, "function passStringToWasm0("),
        (ENCODER.0, ENCODER.1, "'encodeInto' in"),
    ];
    for (pattern, replacement, sign) in rewrites {
        let pattern = Regex::new(pattern)?;
        let (places, signs) = (pattern.find_iter(&lighter).count(), lighter.matches(sign).count());
        if places == 0 || places != signs {
            bail!(
                "wasm-bindgen's JavaScript has changed: {signs} times \"{sign}\", {places} times {pattern}"
            );
        }
        lighter = pattern.replace_all(&lighter, replacement).into_owned();
    }
    Ok(lighter)
}

/// The module that exports `createGlue()`, from the module that wasm-bindgen wrote for `--target bundler`. What that exports
/// becomes members of the object that the function returns, where they stand: named once, they need no list of them.
pub fn as_factory(module: &str, short: &Names) -> Result<String> {
    let module = module.replace(EVALUATION.0, EVALUATION.1);
    if module.contains("new Function(") || module.contains("eval(") {
        bail!("wasm-bindgen's JavaScript evaluates text, which some platforms and policies forbid");
    }
    let (mut imports, mut body, mut members) = (String::new(), String::new(), String::new());
    let mut snippets = None;
    let mut lines = module.lines();
    while let Some(line) = lines.next() {
        if let Some(declaration) = line.strip_prefix("export ") {
            let name = declared_name(declaration)?;
            if let Some(function) = declaration.strip_prefix("function ") {
                members += function;
                // Up to the line that begins with the end.
                let mut end = false;
                while !end && let Some(line) = lines.next() {
                    end = line.starts_with('}');
                    write!(members, "\n{line}")?;
                }
                members += ",\n";
            } else if let Some(value) = declaration.strip_prefix(&format!("const {name} = ")) {
                writeln!(members, "{name}: {},", value.trim_end_matches(';'))?;
            } else {
                writeln!(members, "{name},")?;
                writeln!(body, "{declaration}")?;
            }
        } else if line.starts_with("import ") {
            let path = line.split('\'').nth(1).filter(|_| line.contains(" from './snippets/"));
            let Some((folder, _)) = path.and_then(|path| path.rsplit_once('/')) else {
                bail!("wasm-bindgen's JavaScript imports what the package has no place for: {line}");
            };
            snippets = Some(folder);
            // The crate's own: functions without a state, so that all copies may share them.
            writeln!(imports, "{line}")?;
        } else {
            writeln!(body, "{line}")?;
        }
    }
    let mut own = "";
    if body.contains("new TextDecoder(") || body.contains("new TextEncoder(") {
        let Some(folder) = snippets else { bail!("the crate brings nothing in place of TextDecoder") };
        writeln!(imports, "import {{ codecs }} from '{folder}/{CODECS_FILE}';")?;
        own = CODECS;
    }
    let text =
        format!("{imports}export function createGlue() {{\n{own}\n{body}return {{\n{members}}};\n}}\n");
    Ok(short.apply(&text))
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
    use super::{ENCODING, GROWN, HANDLER, Names, as_factory as renamed, lighten};

    fn as_factory(module: &str) -> anyhow::Result<String> {
        renamed(module, &Names::default())
    }

    /// As wasm-bindgen writes it: one of each that is made lighter.
    const WRITTEN: [&str; 8] = [
        "export function a() { return handleError(function (arg0) {\n    arg0();\n}, arguments); }\n",
        HANDLER.0,
        "\nconst CLOSURE_DTORS = (typeof FinalizationRegistry === 'undefined')\n    ? a\n    : b;\n",
        "const d = typeof a.b == 'function' ? a.b : notDefined('a.b');\n",
        "if (Symbol.dispose) Client.prototype[Symbol.dispose] = Client.prototype.free;\n",
        GROWN.0,
        "\nfunction passStringToWasm0(arg, malloc, realloc) {\n    if (a) {\n    }\n}\n",
        "if (!('encodeInto' in cachedTextEncoder)) {\n    a;\n}\n",
    ];

    #[test]
    fn what_is_known_becomes_lighter() {
        let expected = [
            "export function a(arg0) { try {\n    arg0();\n} catch (e) { handleError(e); } }\n",
            HANDLER.1,
            "\nconst CLOSURE_DTORS = { register() {}, unregister() {} };\n",
            "const d = a.b;\n",
            GROWN.1,
            "\n",
            ENCODING.1,
        ];
        assert_eq!(lighten(&WRITTEN.concat()).unwrap(), expected.concat());
    }

    #[test]
    fn one_import_in_a_form_that_is_not_known_is_enough_to_refuse_all() {
        let other = "export function b() { return handleError((arg0) => arg0(), arguments); }\n";
        assert!(lighten(&[&WRITTEN.concat(), other].concat()).is_err());
        for missing in 0..WRITTEN.len() {
            let mut module = WRITTEN;
            module[missing] = "";
            assert!(lighten(&module.concat()).is_err(), "without {:?}", WRITTEN[missing]);
        }
    }

    #[test]
    fn exports_become_members_of_what_the_function_returns() {
        let module = "let wasm;\nexport function __wbg_set_wasm(val) {\n    wasm = val;\n}\nexport class Client {\n}\n\
                      export const a = b.c;\n";
        let expected = "export function createGlue() {\n\nlet wasm;\nclass Client {\n}\nreturn {\n\
                        __wbg_set_wasm(val) {\n    wasm = val;\n},\nClient,\na: b.c,\n};\n}\n";
        assert_eq!(as_factory(module).unwrap(), expected);
    }

    #[test]
    fn text_is_never_evaluated() {
        let js_sys = "export function a(arg0, arg1) {\n    const ret = new Function(getStringFromWasm0(arg0, arg1));\n}\n";
        assert!(as_factory(js_sys).unwrap().contains("const ret = () => undefined;"));
        assert!(as_factory("export function f(x) {\n    new Function(x);\n}\n").is_err());
    }

    #[test]
    fn what_the_crate_brings_itself_is_imported_once_for_all_copies() {
        let module =
            "import { a } from './snippets/plangrep-client-0a/src/shell/a.js';\nexport function f() {\n}\n";
        let expected = "import { a } from './snippets/plangrep-client-0a/src/shell/a.js';\n\
                        export function createGlue() {\n\nreturn {\nf() {\n},\n};\n}\n";
        assert_eq!(as_factory(module).unwrap(), expected);
    }

    #[test]
    fn what_makes_text_of_bytes_is_the_runtimes_or_the_crates_own() {
        let module =
            "import { a } from './snippets/b/src/shell/a.js';\nlet decoder = new TextDecoder('utf-8');\n";
        let factory = as_factory(module).unwrap();
        assert!(factory.contains("import { codecs } from './snippets/b/src/shell/utf8.js';\n"), "{factory}");
        let taken = factory.find(super::CODECS);
        assert!(taken.is_some() && taken < factory.find("new TextDecoder("), "{factory}");
        assert!(as_factory("const encoder = new TextEncoder();\n").is_err());
    }

    #[test]
    fn an_unknown_form_of_export_or_import_is_refused() {
        assert!(as_factory("export { a as b };\n").is_err());
        assert!(as_factory("import { a } from 'elsewhere';\n").is_err());
    }
}
