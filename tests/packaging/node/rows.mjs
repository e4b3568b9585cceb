// Node itself, in the versions that npm carries, and what runs or bundles code for it.

import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../lib/process.mjs";
import { outcomeIn, tool, version } from "../lib/tools.mjs";

const nodes = ["node-20-oldest", "node-22", "node-24", "node-26"];
const node = (name) => tool("node", `${name}/bin/node`);
const newest = nodes.at(-1);

/** Runs a program that ends by printing the outcome. */
async function program({ emulator }, cwd, name, args, extra = {}) {
  const env = { TASK: JSON.stringify(await emulator.task()), ...extra };
  await emulator.verify(outcomeIn(await run(node(name), args, { cwd, env })), "accepted");
}

const scripts = { import: "app.mjs", require: "app.cjs", both: "app.mjs", "worker-threads": "app.mjs" };
const hows = {
  import: "a module imports it",
  require: "a CommonJS file requires it",
  both: "one process does both and gets the same classes",
  "worker-threads": "in a worker of node:worker_threads",
};
const direct = Object.entries(scripts).flatMap(([folder, script]) =>
  nodes.map((name) => ({
    environment: `Node.js, ${folder}`,
    version: version("node", name),
    how: hows[folder],
    run: async (tools) => program(tools, await tools.workspace.app(`node/${folder}`), name, [script]),
  })),
);

/** Flags that take something away from a program. */
const restricted = [
  ["--permission", "--allow-fs-read=*", "--allow-net"],
  ["--frozen-intrinsics"],
  ["--disable-proto=throw", "--disallow-code-generation-from-strings"],
].map((flags) => ({
  environment: `Node.js, ${flags.join(" ")}`,
  version: version("node", newest),
  how: "a module imports it",
  async run(tools) {
    await program(tools, await tools.workspace.app("node/import"), newest, [...flags, "app.mjs"]);
  },
}));

const several = Object.entries({ cluster: "node:cluster", threads: "node:worker_threads" }).map(([name, what]) => ({
  environment: `Node.js, three of ${what}`,
  version: version("node", newest),
  how: "at once, with a client each",
  async run({ emulator, workspace }) {
    const app = await workspace.app("node/several");
    const tasks = await Promise.all([1, 2, 3].map(() => emulator.task()));
    const output = await run(node(newest), [`${name}.mjs`], { cwd: app, env: { TASK: JSON.stringify(tasks) } });
    const outcomes = output.match(/^\{"job":.*$/gm) ?? [];
    assert.equal(outcomes.length, 3, output);
    for (const outcome of outcomes) await emulator.verify(JSON.parse(outcome), "accepted");
  },
}));

const external = Object.entries({ url: "a file: URL", response: "a Response", bytes: "bytes", module: "a Module" }).map(
  ([source, what]) => ({
    environment: `Node.js, external from ${what}`,
    version: version("node", newest),
    how: "init() of plangrep-client/external first",
    async run(tools) {
      const app = await tools.workspace.app("node/external");
      await program(tools, app, newest, ["app.mjs"], { SOURCE: source });
    },
  }),
);

const runner = (environment, folder, args) => ({
  environment,
  version: version("node", folder),
  how: "a test with fake timers",
  run: async (tools) => program(tools, await tools.workspace.app(`node/${folder}`), newest, args),
});

const titles = { esbuild: "esbuild", rollup: "Rollup" };
/** `args` name the bundler and make of app.mjs the file `out`, which then runs without any node_modules. */
const bundled = (name, format, out, args) => ({
  environment: `${titles[name]}, ${format} for Node.js`,
  version: version("node", name),
  how: "a server bundle, run alone",
  async run(tools) {
    const app = await tools.workspace.app("node/bundled");
    await run(args[0], args.slice(1), { cwd: app });
    await rm(join(app, "node_modules"), { recursive: true });
    await program(tools, app, newest, [out]);
  },
});
const esbuild = tool("node", ".bin/esbuild");
const rollup = tool("node", ".bin/rollup");
const rollupPlugins = ["-p", "node-resolve", "-p", "commonjs"];

/** In one file, with Node in it or in a snapshot of Node; `make` says how that is made, `start` how it is run. */
const alone = (environment, how, make, start) => ({
  environment: `Node.js, ${environment}`,
  version: version("node", newest),
  how,
  async run({ emulator, workspace }) {
    const app = await workspace.app("node/alone");
    await run(esbuild, ["app.cjs", "--bundle", "--platform=node", "--outfile=out.cjs"], { cwd: app });
    await writeFile(join(app, "sea.json"), JSON.stringify({ main: "out.cjs", output: "program" }));
    await run(node(newest), make, { cwd: app });
    await rm(join(app, "node_modules"), { recursive: true });
    const [command, ...args] = start(app);
    const output = await run(command, args, { cwd: app, env: { TASK: JSON.stringify(await emulator.task()) } });
    await emulator.verify(outcomeIn(output), "accepted");
  },
});

export const rows = [
  ...direct,
  ...restricted,
  ...several,
  alone(
    "start-up snapshot",
    "imported when that is built",
    ["--snapshot-blob=blob", "--build-snapshot", "out.cjs"],
    () => [node(newest), "--snapshot-blob=blob", "out.cjs"],
  ),
  alone("single executable", "`node --build-sea`, run alone", ["--build-sea", "sea.json"], (app) => [
    join(app, "program"),
  ]),
  ...external,
  runner("Jest, CommonJS", "jest", [tool("node", "jest/bin/jest.js")]),
  runner("Vitest", "vitest", [tool("node", "vitest/vitest.mjs"), "run"]),
  bundled("esbuild", "ESM", "out.mjs", [
    esbuild,
    "app.mjs",
    "--bundle",
    "--platform=node",
    "--format=esm",
    "--outfile=out.mjs",
  ]),
  bundled("esbuild", "CommonJS", "out.cjs", [
    esbuild,
    "require.cjs",
    "--bundle",
    "--platform=node",
    "--format=cjs",
    "--outfile=out.cjs",
  ]),
  bundled("rollup", "ESM", "out.mjs", [rollup, "app.mjs", ...rollupPlugins, "--format=es", "--file=out.mjs"]),
  bundled("rollup", "CommonJS", "out.cjs", [rollup, "require.cjs", ...rollupPlugins, "--format=cjs", "--file=out.cjs"]),
];
