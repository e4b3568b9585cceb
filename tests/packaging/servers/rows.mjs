// Servers that are not Node.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../lib/pages.mjs";
import { run, serve } from "../lib/process.mjs";
import { outcomeIn, tool, version } from "../lib/tools.mjs";
import { completed, overlapping } from "../lib/visitors.mjs";

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

/** Wrangler bundles as for deployment, and workerd runs it; `use` is called with its URL. */
async function withWrangler({ workspace }, args, use) {
  const app = await workspace.app("servers/workerd");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { WRANGLER_SEND_METRICS: "false", XDG_CONFIG_HOME: app };
  const wrangler = [tool("servers", "wrangler/bin/wrangler.js"), "dev", "--ip=127.0.0.1", `--port=${port}`, ...args];
  const server = await serve(newestNode, wrangler, url, { cwd: app, env });
  try {
    await use(url);
  } catch (error) {
    error.message += `\n${server.output.text}`;
    throw error;
  } finally {
    await server.stop();
  }
}

/** Under the rules of that day. */
const workerd = (compatibilityDate, entry = "app.mjs") => ({
  environment: `workerd, ${entry === "app.mjs" ? "" : "external, "}compatibility date ${compatibilityDate}`,
  version: version("servers", "workerd"),
  how: "`wrangler dev`",
  run: (tools) =>
    withWrangler(tools, [entry, `--compatibility-date=${compatibilityDate}`], async (url) => {
      const body = JSON.stringify(await tools.emulator.task());
      const response = await fetch(url, { method: "POST", body });
      await tools.emulator.verify(outcomeIn(await response.text()), "accepted");
      await overlapping(url, tools.emulator);
    }),
});

/** Waits of two objects at once, of one object twice at once, after an answer, for a schedule and for a queue. */
async function besideRequests(url, emulator) {
  const ask = async (task) => {
    const body = JSON.stringify({ baseUrl: emulator.url, apiKey: emulator.apiKey, ...task });
    const response = await fetch(url, { method: "POST", body, signal: AbortSignal.timeout(60_000) });
    return await response.json();
  };
  const jobs = async (count) => {
    const tasks = await Promise.all(Array.from({ length: count }, () => emulator.task()));
    return tasks.map(({ waitJobId }) => waitJobId);
  };
  for (const objects of [
    ["a", "b"],
    ["c", "c"],
  ]) {
    const ids = await jobs(2);
    const waits = ids.map((id, index) => ask({ object: objects[index], id }));
    assert.deepEqual(await Promise.all(waits), ids.map(completed));
  }
  const [later, scheduled, ...queue] = await jobs(4);
  await ask({ later });
  await ask({ queue });
  const told = await fetch(`${url}/cdn-cgi/handler/scheduled?cron=${scheduled}`);
  assert.equal(told.status, 200, await told.text());
  for (const id of [later, scheduled, ...queue]) assert.deepEqual(await ask({ id }), completed(id));
}

const besideRequestsRow = {
  environment: "workerd, Durable Objects, waitUntil, scheduled and queue handlers",
  version: version("servers", "workerd"),
  how: "several waits at once in each",
  run: (tools) => withWrangler(tools, ["--config=objects.json"], (url) => besideRequests(url, tools.emulator)),
};

/** An edge function as Vercel bundles and runs it. */
const edge = {
  environment: "Vercel's edge-runtime",
  version: version("servers", "edge-runtime"),
  how: "through the condition edge-light: three visitors at once, and some who leave",
  async run({ emulator, workspace }) {
    const app = await workspace.app("servers/edge");
    await run(newestNode, ["bundle.mjs", "worker.mjs", "out.js"], { cwd: app });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const server = await serve(newestNode, ["serve.mjs", String(port), "out.js"], url, { cwd: app });
    try {
      const response = await fetch(url, { method: "POST", body: JSON.stringify(await emulator.task()) });
      await emulator.verify(outcomeIn(await response.text()), "accepted");
      await overlapping(url, emulator);
    } catch (error) {
      error.message += `\n${server.output.text}`;
      throw error;
    } finally {
      await server.stop();
    }
  },
};

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
  besideRequestsRow,
  edge,
];
