// Runs the package in every environment and prints a table. `cargo xtask test everywhere` calls this; by hand:
//   PLANGREP_TARBALL=… PLANGREP_EMULATOR=… node tests/packaging/run.mjs [NAME…]
// A name is a group (a folder of this one) or a part of a row's name, such as "Vite" or "Node.js, import 24". Rows that
// are rare or take long run only if named, or all with PLANGREP_EVERYWHERE_ALL=1: `cargo xtask test everywhere --all`.

import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { startEmulator } from "./lib/emulator.mjs";
import { within } from "./lib/process.mjs";
import { here, installTools, Workspace } from "./lib/workspace.mjs";

const groups = [
  "node",
  "testing",
  "managers",
  "lint",
  "types",
  "servers",
  "context",
  "wrapped",
  "bundlers",
  "browsers",
  "next",
  "sveltekit",
  "react-router",
  "astro",
  "nuxt",
  "tanstack",
  "vitest-pool",
  "angular",
  "opennext",
];
const wanted = process.argv.slice(2);
const all = process.env.PLANGREP_EVERYWHERE_ALL === "1";
/** Rows that do not run this time; what they last gave stands in result.json. */
const left = [];
const rows = await select();
if (!rows.length) throw new Error(`there is no row that is named like ${wanted.join(" or ")}`);
const width = Math.max(...rows.map((row) => row.name.length));

const emulator = await startEmulator(process.env.PLANGREP_EMULATOR);
const workspace = await Workspace.create(process.env.PLANGREP_TARBALL);
/** What rows share and open only when the first of them needs it, such as a browser. */
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
if (left.length) await tellLeft();
console.log(`\n${rows.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length ? 1 : 0;

/** The rows asked for, with their tools installed. */
async function select() {
  const selected = [];
  const needed = new Set();
  for (const group of groups) {
    const { rows, installs = [group] } = await import(`./${group}/rows.mjs`);
    for (const row of rows) {
      row.name = `${row.environment} ${row.version ?? ""}`.trim();
      row.group = group;
      const isWanted = wanted.some((name) => name === group || row.name.includes(name));
      if (!isWanted && (wanted.length || (row.rare && !all))) {
        if (!wanted.length) left.push(row);
        continue;
      }
      for (const folder of row.installs ?? installs) needed.add(folder);
      selected.push(row);
    }
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

async function earlier() {
  return JSON.parse(await readFile(join(here, "result.json"), "utf8").catch(() => "[]"));
}

function byGroup(one, other) {
  return groups.indexOf(one.group) - groups.indexOf(other.group);
}

/** Rare rows say when they ran; what they gave stays until they run again. */
async function writeResults() {
  const today = new Date().toISOString().slice(0, 10);
  const results = rows.map(({ group, environment, version = null, how, rare, error }) => {
    return { group, environment, version, how, result: error ? "failed" : "passed", ...(rare && { ran: today }) };
  });
  const isLeft = ({ environment }) => left.some((row) => row.environment === environment);
  results.push(...(await earlier()).filter(isLeft));
  results.sort(byGroup);
  await writeFile(join(here, "result.json"), `${JSON.stringify(results, null, 2)}\n`);
}

async function tellLeft() {
  const before = await earlier();
  for (const row of left) {
    const last = before.find(({ environment }) => environment === row.environment);
    console.log(`• everywhere: not run: ${row.name}; ${last ? `${last.result} on ${last.ran}` : "has never run"}`);
  }
  console.log("• everywhere: `cargo xtask test everywhere --all` runs these too");
}
