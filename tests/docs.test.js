// What the documents for contributors name is there: files and folders, commands and parts of the tests, and things in code.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path) => readFileSync(join(root, path), "utf8");
const DOCUMENTS = ["docs/architecture.md", "CONTRIBUTING.md", "README.md"];
/** Made by a build. */
const MADE = /^(pkg|target|wasm32-unknown-unknown)\b/;

const coded = (text) => [...text.replace(/```[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)].map(([, code]) => code);

for (const document of DOCUMENTS) {
  const text = read(document);

  test(`${document}: every file and folder that it names is there`, () => {
    const isPath = (code) =>
      /^[\w.-]+(\/[\w.-]+)*\/?$/.test(code) && (code.includes("/") || /\.(md|toml|json)$/.test(code));
    const paths = coded(text).filter((code) => isPath(code) && !MADE.test(code));
    const links = [...text.matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)].map(([, path]) => join(dirname(document), path));
    const named = [...paths, ...links, ...coded(text).flatMap((code) => code.match(/\btests\/[\w./-]+\.js\b/g) ?? [])];
    assert.ok(named.length > 3, "no paths were found");
    assert.deepEqual(
      [...new Set(named)].filter((path) => !existsSync(join(root, path))),
      [],
    );
  });

  test(`${document}: every command of xtask that it names is there`, () => {
    const commands = new Set(
      [...read("xtask/src/main.rs").matchAll(/^ {4}([A-Z][a-z]+)\b[^a-z]/gm)].map(([, name]) => name.toLowerCase()),
    );
    const parts = new Set(
      [...read("xtask/src/test/mod.rs").matchAll(/Part \{ name: "?([\w-]+)"?,/g)].map(([, name]) => name.toLowerCase()),
    );
    const used = [...text.matchAll(/cargo xtask ([a-z]+)(?: ([a-z-]+))?/g)];
    assert.ok(used.length > 2, "no commands were found");
    for (const [line, command, part] of used) {
      assert.ok(commands.has(command), line);
      if (command === "test" && part && !part.startsWith("-")) assert.ok(parts.has(part), line);
    }
  });
}

test("docs/architecture.md: what it names beside a file of Rust stands in it", () => {
  const text = read("docs/architecture.md");
  const pairs = [...text.matchAll(/`(src\/[\w/]+\.rs)`(?:, in|:) (?:an? )?`(\w+)!?`/g)];
  assert.ok(pairs.length > 3, `${pairs.length}`);
  for (const [, file, name] of pairs) assert.ok(read(file).includes(name), `${name} in ${file}`);
  for (const [name, file] of [
    ["PollCoordinator", "src/core/coordinator.rs"],
    ["JobSnapshot", "src/core/job.rs"],
    ["Wait", "src/core/wait.rs"],
    ["SCHEMA", "src/core/job.rs"],
  ])
    assert.ok(read(file).includes(name), `${name} in ${file}`);
});

test("docs/architecture.md: every module of the core and of the shell that a wait goes through is described", () => {
  const text = read("docs/architecture.md");
  for (const name of ["coordinator", "wait", "schedule", "retry", "request", "route", "job", "check", "state"])
    assert.ok(text.includes(`src/core/${name}.rs`), name);
});
