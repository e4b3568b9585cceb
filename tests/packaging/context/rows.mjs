// Whose call it is, in what tells callers apart.

import assert from "node:assert/strict";
import { freePort } from "../lib/pages.mjs";
import { run, serve } from "../lib/process.mjs";
import { tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");
const bun = () => tool("servers", `@oven/bun-${process.platform}-${process.arch}/bin/bun`);

/**
 * Of three requests that are sent again once, of three waits and a watch whose second poll of three fails, and of a store
 * with two listeners that polls as they do.
 */
const counts = (polls) => ({
  request: 9 + polls,
  fetch: 9 + polls,
  response: 9 + polls,
  retry: 3,
  "job processing": 3,
  error: polls / 3 + 1,
  onUpdate: 6,
  onPoll: 6,
  onPollError: 3,
  value: 2,
  end: 4,
  loading: 2,
  live: 2,
  survived: 2,
  ended: 2,
});

const row = (environment, group, name, file, command, args = []) => ({
  environment: `${environment}, whose call it is`,
  version: version(group, name),
  how: "requests, retries, waits and stores of several callers at once",
  async run({ workspace }) {
    const app = await workspace.app("context/app");
    const output = await run(command(), [...args, file], { cwd: app });
    const outcome = JSON.parse(output.trim().split("\n").at(-1));
    assert.deepEqual(outcome, counts(3));
  },
});

/** There a wait belongs to its request, so each polls for itself. */
const workerd = {
  environment: "workerd, whose call it is",
  version: version("servers", "workerd"),
  how: "requests, retries, waits and stores of several callers at once, in their AsyncLocalStorage",
  async run({ workspace }) {
    const app = await workspace.app("context/app");
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const args = ["dev", "worker.mjs", "--ip=127.0.0.1", `--port=${port}`, "--compatibility-date=2026-11-01"];
    const env = { WRANGLER_SEND_METRICS: "false", XDG_CONFIG_HOME: app };
    const flags = ["--compatibility-flags=nodejs_als"];
    const server = await serve(node, [tool("servers", "wrangler/bin/wrangler.js"), ...args, ...flags], url, {
      cwd: app,
      env,
    });
    try {
      assert.deepEqual(await (await fetch(url, { method: "POST" })).json(), counts(12));
    } finally {
      await server.stop();
    }
  },
};

const oldest = () => tool("node", "node-20-oldest/bin/node");
export const installs = ["context", "servers", "node"];
export const rows = [
  row("Node.js, AsyncLocalStorage", "node", "node-20-oldest", "als.mjs", oldest),
  row("Node.js, AsyncLocalStorage", "node", "node-26", "als.mjs", () => node),
  row("Deno, AsyncLocalStorage", "servers", "deno", "als.mjs", () => node, [
    tool("servers", "deno/bin.cjs"),
    "run",
    "--no-prompt",
  ]),
  row("Bun, AsyncLocalStorage", "servers", "bun", "als.mjs", bun),
  row("OpenTelemetry", "context", "@opentelemetry/sdk-trace-node", "opentelemetry.mjs", () => node),
  row("zone.js", "context", "zone.js", "zone.mjs", () => node),
  workerd,
];
