// Whose call it is, in what tells callers apart.

import assert from "node:assert/strict";
import { run } from "../lib/process.mjs";
import { tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");
const bun = () => tool("servers", `@oven/bun-${process.platform}-${process.arch}/bin/bun`);

const row = (environment, group, name, file, command, args = []) => ({
  environment: `${environment}, whose call it is`,
  version: version(group, name),
  how: "requests, retries and waits of several callers at once",
  async run({ workspace }) {
    const app = await workspace.app("context/app");
    const output = await run(command(), [...args, file], { cwd: app });
    const outcome = JSON.parse(output.trim().split("\n").at(-1));
    assert.deepEqual(outcome, { fetch: 9, retry: 3, onUpdate: 9, onPoll: 9 });
  },
});

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
];
