import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { install } from "./support/installed.js";

const folder = join(install(), "node_modules/plangrep-client");
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

test("the tarball holds the entries, the wasm, the declarations, README and licences, and nothing else", () => {
  assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "edge-light.mjs",
    "external-node.mjs",
    "external.cjs",
    "external.d.cts",
    "external.d.ts",
    "external.mjs",
    "index.cjs",
    "index.d.cts",
    "index.d.ts",
    "index.mjs",
    "node.mjs",
    "package.json",
    "plangrep_client.wasm",
    "plangrep_client.wasm.d.cts",
    "plangrep_client.wasm.d.ts",
    "workerd.mjs",
  ]);
});

test("the package depends on nothing and runs nothing when installed", () => {
  for (const field of ["dependencies", "peerDependencies", "optionalDependencies", "scripts", "bin"]) {
    assert.equal(manifest[field], undefined, field);
  }
});

test("the version is that of the crate", () => {
  const cargo = readFileSync(new URL("../../Cargo.toml", import.meta.url), "utf8");
  assert.equal(manifest.version, /^version = "(.+)"/m.exec(cargo)[1]);
});

test("every file that the manifest names is there", () => {
  const files = readdirSync(folder);
  const named = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(named));
  for (const path of [manifest.main, manifest.module, manifest.types, ...named(manifest.exports)]) {
    assert.ok(files.includes(path.replace("./", "")), path);
  }
});

test("no file does anything when it is loaded, starts with an await, or fetches the wasm by itself", () => {
  for (const file of ["index.mjs", "index.cjs", "workerd.mjs", "edge-light.mjs", "external.mjs", "external.cjs"]) {
    const text = readFileSync(join(folder, file), "utf8");
    assert.doesNotMatch(text, /^await |import\.meta|sourceMappingURL/m, file);
  }
});

test("the inline entries are plain ASCII, so that no charset and no HTML can break them", () => {
  for (const file of ["index.mjs", "index.cjs"]) {
    const text = readFileSync(join(folder, file), "latin1");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range that is ASCII is meant
    assert.match(text, /^[\x00-\x7f]*$/, file);
    assert.doesNotMatch(text, /<\/script|<!--/i, file);
  }
});
