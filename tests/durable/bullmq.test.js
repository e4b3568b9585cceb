// BullMQ on Redis of this machine.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Queue } from "bullmq";
import { caller, copied, worker } from "./support/recipe.js";
import { standsEverything } from "./support/scenario.js";
import { atEnd, redis } from "./support/servers.js";

test("waits in BullMQ outlive their workers, keep the server's wishes, and end once", async (t) => {
  await standsEverything(t, {
    async engine(t, env) {
      const server = await redis(t);
      const folder = copied(t, "bullmq");
      const recipe = caller(t, folder, "waits.mjs", { ...env, ...server });
      const queue = new Queue("plangrep-waits", {
        connection: { host: server.REDIS_HOST, port: Number(server.REDIS_PORT) },
      });
      atEnd(t, () => queue.close());
      return {
        worker: () => worker(t, folder, "waits.mjs", { ...env, ...server }),
        start: recipe("start"),
        nudge: recipe("nudge"),
        async outcomes() {
          assert.deepEqual(await queue.getFailed(), []);
          return (await queue.getCompleted(0, -1)).map(({ id, returnvalue, attemptsMade }) => {
            assert.ok(attemptsMade <= 1, `${attemptsMade} attempts`);
            return [id, returnvalue.outcome];
          });
        },
        afterLoss: 9_000,
      };
    },
  });
});
