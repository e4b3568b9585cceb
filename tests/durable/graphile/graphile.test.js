// Graphile Worker on PostgreSQL of this machine.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { caller, copied, worker } from "../support/recipe.js";
import { standsEverything } from "../support/scenario.js";
import { postgres } from "../support/servers.js";

/** What each worker does with an end: a line in a file. */
const ENDED = `async ({ jobId, outcome }) =>
  (await import("node:fs")).appendFileSync("ended", JSON.stringify([jobId, outcome]) + "\\n")`;

test("waits in Graphile Worker outlive their workers, keep the server's wishes, and end once", async (t) => {
  await standsEverything(t, {
    async engine(t, env) {
      const database = await postgres(t);
      const folder = copied(t, "graphile", "tests/durable/graphile");
      const given = { ...env, ...database };
      const recipe = caller(t, folder, "waits.mjs", given);
      await recipe("createTables")();
      const ended = join(folder, "ended");
      return {
        worker: () => worker(t, folder, "waits.mjs", given, ENDED),
        start: recipe("start"),
        nudge: recipe("nudge"),
        outcomes: async () =>
          existsSync(ended)
            ? readFileSync(ended, "utf8")
                .trim()
                .split("\n")
                .map((line) => JSON.parse(line))
            : [],
        // A lease.
        afterLoss: 19_000,
      };
    },
  });
});
