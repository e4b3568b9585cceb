// Servers that are not Node.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../lib/pages.mjs";
import { run, serve } from "../lib/process.mjs";
import { outcomeIn, tool, version } from "../lib/tools.mjs";

const bun = () => tool("servers", `@oven/bun-${process.platform}-${process.arch}/bin/bun`);
const node = process.execPath;
const newestNode = tool("node", "node-26/bin/node");

/** The task goes as an argument and as a variable; the outcome is the last line. */
async function program({ emulator }, cwd, command, args) {
  const task = JSON.stringify(await emulator.task());
  const output = await run(command, args(task), { cwd, env: { TASK: task } });
  await emulator.verify(outcomeIn(output), "accepted");
}

const runDeno =
  (folder, ...rights) =>
  async (tools) => {
    const app = await tools.workspace.app(`servers/${folder}`);
    // No --allow-env: that the package looks for its variables must not ask for more rights.
    const deno = ["run", "--allow-net", ...rights, "--no-prompt", "app.mjs"];
    await program(tools, app, node, (task) => [tool("servers", "deno/bin.cjs"), ...deno, task]);
  };

const runBun = (file) => async (tools) => {
  const app = await tools.workspace.app("servers/bun");
  await program(tools, app, bun(), () => [file]);
};

async function runBunCompile(tools) {
  const app = await tools.workspace.app("servers/bun-compile");
  await run(bun(), ["build", "--compile", "app.mjs", "--outfile", "app"], { cwd: app });
  await rm(join(app, "node_modules"), { recursive: true });
  await program(tools, app, join(app, "app"), () => []);
}

/** Three visitors at once on different jobs, and five times one who leaves while another waits: nobody hangs. */
async function overlapping(url, emulator) {
  const visit = async (wait, signal = AbortSignal.timeout(30_000)) => {
    const body = JSON.stringify({ baseUrl: emulator.url, apiKey: emulator.apiKey, wait });
    const response = await fetch(url, { method: "POST", body, signal });
    return await response.json();
  };
  const expected = (id) => ({ id, status: "completed", polls: [true, true, true] });
  const together = await Promise.all(Array.from({ length: 3 }, () => emulator.task()));
  const ids = together.map(({ waitJobId }) => waitJobId);
  assert.deepEqual(await Promise.all(ids.map((id) => visit(id))), ids.map(expected));
  for (let turn = 0; turn < 5; turn++) {
    const { endlessJobId, waitJobId, watchJobId } = await emulator.task();
    const leaves = new AbortController();
    const left = assert.rejects(visit(endlessJobId, leaves.signal), { name: "AbortError" });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stays = visit(waitJobId);
    leaves.abort();
    await left;
    assert.deepEqual(await stays, expected(waitJobId));
    assert.deepEqual(await visit(watchJobId), expected(watchJobId));
  }
}

/** Wrangler bundles as for deployment, and workerd runs it under the rules of that day. */
const workerd = (compatibilityDate, entry = "app.mjs") => ({
  environment: `workerd, ${entry === "app.mjs" ? "" : "external, "}compatibility date ${compatibilityDate}`,
  version: version("servers", "workerd"),
  how: "`wrangler dev`",
  async run({ emulator, workspace }) {
    const app = await workspace.app("servers/workerd");
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const args = ["dev", entry, "--ip=127.0.0.1", `--port=${port}`, `--compatibility-date=${compatibilityDate}`];
    const env = { WRANGLER_SEND_METRICS: "false", XDG_CONFIG_HOME: app };
    const server = await serve(newestNode, [tool("servers", "wrangler/bin/wrangler.js"), ...args], url, {
      cwd: app,
      env,
    });
    try {
      const body = JSON.stringify(await emulator.task());
      const response = await fetch(url, { method: "POST", body });
      await emulator.verify(outcomeIn(await response.text()), "accepted");
      await overlapping(url, emulator);
    } finally {
      await server.stop();
    }
  },
});

const row = (environment, name, how, run) => ({ environment, version: version("servers", name), how, run });

// Wrangler wants a newer Node than the oldest that the package supports.
export const installs = ["servers", "node"];
export const rows = [
  row("Deno", "deno", "`deno run --allow-net`", runDeno("deno")),
  row("Deno, worker", "deno", "in a Worker, which is no page", runDeno("deno-worker", "--allow-read")),
  row("Bun, import", "bun", "`bun app.mjs`", runBun("app.mjs")),
  row("Bun, require", "bun", "`bun app.cjs`", runBun("app.cjs")),
  row("Bun, compiled", "bun", "`bun build --compile`, run alone", runBunCompile),
  workerd("2022-01-01"),
  workerd("2024-11-01"),
  workerd("2026-11-01"),
  workerd("2026-11-01", "external.mjs"),
];
