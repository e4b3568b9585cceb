// A table and a clock: PostgreSQL of this machine.

import { test } from "node:test";
import pg from "pg";
import { caller, copied, worker } from "./support/recipe.js";
import { standsEverything } from "./support/scenario.js";
import { atEnd, postgres } from "./support/servers.js";

test("waits in a table outlive their workers, keep the server's wishes, and end once", async (t) => {
  await standsEverything(t, {
    async engine(t, env) {
      const database = await postgres(t);
      const folder = copied(t, "table");
      const recipe = caller(t, folder, "waits.mjs", { ...env, ...database });
      await recipe("createTable")();
      const { PGHOST: host, PGPORT: port, PGUSER: user, PGDATABASE: name } = database;
      const db = new pg.Client({ host, port: Number(port), user, database: name });
      db.on("error", () => {});
      await db.connect();
      atEnd(t, () => db.end());
      return {
        worker: () => worker(t, folder, "waits.mjs", { ...env, ...database }),
        start: recipe("start"),
        nudge: recipe("nudge"),
        async outcomes() {
          const { rows } = await db.query("SELECT job_id, outcome FROM waits WHERE outcome IS NOT NULL");
          return rows.map(({ job_id, outcome }) => [job_id, outcome]);
        },
        // A lease.
        afterLoss: 19_000,
      };
    },
  });
});
