// What is shipped: no code made of text, nothing from elsewhere, licences that allow it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const pkg = new URL("pkg/", root);

test("no file of the package makes code of text", () => {
  const scripts = readdirSync(pkg).filter((name) => /\.[mc]?js$/.test(name));
  assert.ok(scripts.length >= 6);
  for (const name of scripts) {
    // Without the module's bytes, in which anything may stand.
    const code = readFileSync(new URL(name, pkg), "utf8").replace(
      /"[^"\n]{2000,}"|'[^'\n]{2000,}'|`[^`\n]{2000,}`/g,
      '""',
    );
    assert.doesNotMatch(code, /\beval\s*\(|\bFunction\s*\(|\bimport\s*\(|setTimeout\s*\(\s*["'`]/, name);
  }
});

test("the module takes its imports from its own glue alone", () => {
  const module = new WebAssembly.Module(readFileSync(new URL("plangrep_client.wasm", pkg)));
  const from = new Set(WebAssembly.Module.imports(module).map(({ module }) => module));
  assert.equal(from.size, 1, [...from].join(", "));
});

test("the package depends on nothing and runs nothing when installed", () => {
  const manifest = JSON.parse(readFileSync(new URL("package.json", pkg), "utf8"));
  for (const field of [
    "dependencies",
    "peerDependencies",
    "optionalDependencies",
    "bundleDependencies",
    "scripts",
    "bin",
    "gypfile",
  ]) {
    assert.equal(manifest[field], undefined, field);
  }
});

/** The crates that are compiled into the module, from `cargo metadata`. */
function crates() {
  const args = ["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform=wasm32-unknown-unknown"];
  const output = execFileSync("cargo", args, { cwd: fileURLToPath(root), maxBuffer: 2 ** 28 });
  const { packages, resolve } = JSON.parse(output);
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const byId = new Map(packages.map((one) => [one.id, one]));
  const isMacro = (id) => byId.get(id).targets.some(({ kind }) => kind.includes("proc-macro"));
  const found = new Set();
  const visit = (id) => {
    if (found.has(id) || isMacro(id)) return;
    found.add(id);
    for (const { pkg, dep_kinds } of nodes.get(id).deps) if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg);
  };
  visit(packages.find(({ name }) => name === "plangrep-client").id);
  return [...found].map((id) => byId.get(id));
}

test("what is compiled into the module is licensed permissively, from the registry, and there once", () => {
  const all = crates();
  const deny = readFileSync(new URL("deny.toml", root), "utf8");
  const allowed = /allow = \[([^\]]*)\]/.exec(deny)[1].match(/[\w.-]+/g);
  for (const { name, license, source } of all) {
    const choices = license.replace(/[()]/g, "").split(/\s+OR\s+|\//);
    const fits = choices.some((choice) => choice.split(/\s+AND\s+/).every((one) => allowed.includes(one.trim())));
    assert.ok(fits, `${name}: ${license}`);
    if (name !== "plangrep-client") assert.match(source, /^registry\+/, name);
  }
  const names = all.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)], "a crate is there in two versions");
  console.error(`• supply: ${all.length} crates in the module: ${names.join(", ")}`);
});
