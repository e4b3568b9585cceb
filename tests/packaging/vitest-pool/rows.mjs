// Tests that run in workerd, by Cloudflare's pool for Vitest.

import { run } from "../lib/process.mjs";
import { outcomeIn, tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");

export const installs = ["vitest-pool", "node"];
export const rows = [
  {
    environment: "Vitest, @cloudflare/vitest-pool-workers",
    version: version("vitest-pool", "@cloudflare/vitest-pool-workers"),
    how: "in workerd",
    rare: true,
    async run({ emulator, workspace }) {
      const app = await workspace.app("vitest-pool/app", { copyTools: true });
      const env = { TASK: JSON.stringify(await emulator.task()), WRANGLER_SEND_METRICS: "false", XDG_CONFIG_HOME: app };
      const output = await run(node, [`${app}/node_modules/vitest/vitest.mjs`, "run"], { cwd: app, env });
      await emulator.verify(outcomeIn(output), "accepted");
    },
  },
];
