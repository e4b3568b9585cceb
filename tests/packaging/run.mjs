// Runs the package in every environment and prints a table. `cargo xtask test everywhere` calls this; by hand:
//   PLANGREP_TARBALL=… PLANGREP_EMULATOR=… node tests/packaging/run.mjs [NAME…]
// A name is a group (a folder of this one) or a part of a row's name, such as "Vite" or "Node.js, import 24".

import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { startEmulator } from "./lib/emulator.mjs";
import { within } from "./lib/process.mjs";
import { here, installTools, Workspace } from "./lib/workspace.mjs";

const groups = ["node", "lint", "types", "servers", "context", "bundlers", "browsers", "next"];
const wanted = process.argv.slice(2);
const rows = await select();
if (!rows.length) throw new Error(`there is no row that is named like ${wanted.join(" or ")}`);
const width = Math.max(...rows.map((row) => row.name.length));

const emulator = await startEmulator(process.env.PLANGREP_EMULATOR);
const workspace = await Workspace.create(process.env.PLANGREP_TARBALL);
/** What rows share and open only when the first of them asks for it, such as a browser. */
const opened = new Map();
function shared(name, open) {
  if (!opened.has(name)) opened.set(name, open());
  return opened.get(name);
}

const waiting = [...rows];
const lanes = Math.min(2, availableParallelism());
await Promise.all(Array.from({ length: lanes }, runWaiting));

for (const resource of opened.values()) await resource.then((open) => open.close()).catch(() => {});
emulator.stop();
await workspace.remove();

const failed = rows.filter((row) => row.error);
for (const { name, error } of failed) console.log(`\n── ${name}\n${String(error.stack ?? error).slice(0, 4000)}`);
if (!wanted.length) await writeResults();
console.log(`\n${rows.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length ? 1 : 0;

/** The rows asked for, with their tools installed. */
async function select() {
  const selected = [];
  const needed = new Set();
  for (const group of groups) {
    const { rows, installs = [group] } = await import(`./${group}/rows.mjs`);
    const named = rows.map((row) => ({ ...row, group, name: `${row.environment} ${row.version ?? ""}`.trim() }));
    const isWanted = (row) => !wanted.length || wanted.some((name) => name === group || row.name.includes(name));
    const chosen = named.filter(isWanted);
    if (chosen.length) for (const folder of installs) needed.add(folder);
    selected.push(...chosen);
  }
  for (const folder of needed) await installTools(folder);
  return selected;
}

async function runWaiting() {
  for (let row = waiting.shift(); row; row = waiting.shift()) {
    const start = performance.now();
    try {
      // What no lock file pins tells its version when it runs.
      const version = await within(300_000, row.run({ emulator, workspace, shared }));
      row.version ??= version;
    } catch (error) {
      row.error = error ?? new Error("failed without an error");
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
    console.log(`${row.name.padEnd(width)} ${seconds} s  ${row.error ? "FAILED" : "passed"}  ${row.how}`);
  }
}

async function writeResults() {
  const results = rows.map(({ group, environment, version = null, how, error }) => {
    return { group, environment, version, how, result: error ? "failed" : "passed" };
  });
  await writeFile(join(here, "result.json"), `${JSON.stringify(results, null, 2)}\n`);
}
