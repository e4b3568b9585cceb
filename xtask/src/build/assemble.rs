//! `pkg/` from the template, the wasm and its glue.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::wasm::{GLUE, MODULE, TEXT};
use crate::sh;

/// One thing that can be imported: where it starts, and how it gets the wasm.
struct Entry {
    /// File name in the package, without extension.
    name: &'static str,
    /// What it exports, in `pkg-template/entry/`.
    start: &'static str,
    /// The loader, in `pkg-template/entry/`.
    loader: &'static str,
    /// Also as CommonJS, and for `import` in Node a module of this name that re-exports the CommonJS file, so that
    /// `import` and `require` in one process give the same classes. Bundlers for pages take the ES module for both, by the
    /// condition `module` of `pkg-template/package.json`, and so do development servers for Node that transform what they
    /// serve. Not what builds for Node: Nitro copies the one file that it finds, and Node then looks for the other.
    commonjs: Option<&'static str>,
}

#[rustfmt::skip]
const ENTRIES: [Entry; 4] = [
    Entry { name: "index",      start: "main.js",          loader: "inline.js",     commonjs: Some("node.mjs") },
    Entry { name: "workerd",    start: "main.js",          loader: "workerd.js",    commonjs: None },
    Entry { name: "edge-light", start: "main.js",          loader: "edge-light.js", commonjs: None },
    Entry { name: "external",   start: "main-external.js", loader: "external.js",   commonjs: Some("external-node.mjs") },
];

/// The declarations, each also as `.d.cts`.
const DECLARATIONS: [&str; 3] = ["index", "external", "plangrep_client.wasm"];

/// Fills `pkg`, which is empty, from what [`super::wasm::process`] left in `made`.
pub fn assemble(made: &Path, pkg: &Path) -> Result<()> {
    for entry in &ENTRIES {
        let names = bundle(entry, Format::Module, made, pkg)?;
        if let Some(wrapper) = entry.commonjs {
            bundle(entry, Format::CommonJs, made, pkg)?;
            let module = format!("export {{ {} }} from \"./{}.cjs\";\n", names.join(", "), entry.name);
            sh::write(pkg.join(wrapper), module)?;
        }
    }
    sh::copy(made.join(MODULE), pkg.join(MODULE))?;
    for name in DECLARATIONS {
        let declarations = sh::read(sh::path(format!("pkg-template/{name}.d.ts")))?;
        sh::write(pkg.join(format!("{name}.d.cts")), declarations.replace(".js\"", ".cjs\""))?;
        sh::write(pkg.join(format!("{name}.d.ts")), declarations)?;
    }
    sh::copy(sh::path("pkg-template/README.md"), pkg.join("README.md"))?;
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        sh::copy(sh::path(licence), pkg.join(licence))?;
    }
    manifest(pkg)
}

/// The template with the workspace's version.
fn manifest(pkg: &Path) -> Result<()> {
    let template = sh::read(sh::path("pkg-template/package.json"))?;
    let version = concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"");
    sh::write(pkg.join("package.json"), template.replace("\"version\": \"0.0.0\"", version))
}

enum Format {
    Module,
    CommonJs,
}

/// Writes one file and returns the names it exports.
fn bundle(entry: &Entry, format: Format, made: &Path, pkg: &Path) -> Result<Vec<String>> {
    let (extension, options) = match format {
        Format::Module => ("mjs", ["--format=esm", "--platform=neutral"]),
        // "node" adds the comment by which Node finds a CommonJS file's exports.
        Format::CommonJs => ("cjs", ["--format=cjs", "--platform=node"]),
    };
    let template = Path::new("pkg-template/entry");
    let metafile = made.with_file_name("esbuild.json");
    let mut args: Vec<OsString> = options.map(OsString::from).into();
    args.extend(
        [
            "--bundle",
            "--target=es2022",
            "--log-level=warning",
            "--external:*.wasm",
            "--external:*.wasm?module",
        ]
        .map(OsString::from),
    );
    args.push(template.join(entry.start).into());
    let mut option = |name: &str, path: &Path| {
        let mut arg = OsString::from(name);
        arg.push(path);
        args.push(arg);
    };
    option("--alias:#wasm=", &sh::path(template.join(entry.loader)));
    option("--alias:#glue=", &made.join(GLUE));
    option("--alias:#wasm-text=", &made.join(TEXT));
    option("--outfile=", &pkg.join(entry.name).with_extension(extension));
    option("--metafile=", &metafile);
    sh::run(sh::npm_tool("esbuild"), args)?;
    exports(&sh::read(metafile)?)
}

fn exports(metafile: &str) -> Result<Vec<String>> {
    let meta: Value = serde_json::from_str(metafile)?;
    let outputs = meta["outputs"].as_object().context("esbuild's metafile has no outputs")?;
    let names = outputs.values().filter_map(|output| output["exports"].as_array()).flatten();
    Ok(names.filter_map(Value::as_str).map(str::to_owned).collect())
}
