// Runs the package in every environment and prints a table. `cargo xtask test everywhere` calls this; by hand:
//   PLANGREP_TARBALL=… PLANGREP_EMULATOR=… node tests/packaging/run.mjs [NAME…]
// A name is a group (a folder of this one) or any part of a row's name, such as "vite" or "node-import 24".

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startEmulator } from "./lib/emulator.mjs";
import { here, installTools, Workspace } from "./lib/workspace.mjs";

const groups = ["node", "lint", "types", "servers", "bundlers", "browsers", "next"];

const wanted = process.argv.slice(2);
const rows = [];
for (const group of groups) {
  const { rows: own, installs = [group] } = await import(`./${group}/rows.mjs`);
  const named = own.map((row) => ({ ...row, group, name: [row.environment, row.version].join(" ").trim() }));
  const chosen = named.filter((row) => !wanted.length || wanted.some((name) => name === group || row.name.includes(name)));
  if (chosen.length) for (const folder of installs) await installTools(folder);
  rows.push(...chosen);
}
if (!rows.length) throw new Error(`there is no row that is named like ${wanted.join(" or ")}`);

const emulator = await startEmulator(process.env.PLANGREP_EMULATOR);
const workspace = await Workspace.create(process.env.PLANGREP_TARBALL);
const closers = [];
/** What rows share and open only when the first of them asks for it, such as a browser. */
const shared = new Map();
const tools = {
  emulator,
  workspace,
  shared(name, open) {
    if (!shared.has(name)) {
      const opened = Promise.resolve(open());
      shared.set(name, opened);
      closers.push(async () => (await opened).close());
    }
    return shared.get(name);
  },
};

const width = Math.max(...rows.map((row) => row.name.length));
const failures = [];
const results = [];
for (const row of rows) {
  const start = performance.now();
  let error = null;
  try {
    // What is not pinned tells its version when it runs.
    const version = await row.run(tools);
    row.version ??= version;
  } catch (thrown) {
    error = thrown ?? new Error("failed without an error");
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const result = error ? "FAILED" : "passed";
  console.log(`${row.name.padEnd(width)}  ${seconds.padStart(6)} s  ${result}  ${row.how}`);
  if (error) failures.push([row.name, error]);
  const { group, environment, version, how } = row;
  results.push({ group, environment, version, how, result });
}

for (const close of closers) await close().catch(() => {});
emulator.stop();
await workspace.remove();
for (const [name, error] of failures) console.log(`\n── ${name}\n${String(error?.stack ?? error).slice(0, 4000)}`);
if (!wanted.length) {
  await writeFile(join(here, "result.json"), `${JSON.stringify(results, null, 2)}\n`);
}
console.log(`\n${rows.length - failures.length} passed, ${failures.length} failed`);
process.exitCode = failures.length ? 1 : 0;
