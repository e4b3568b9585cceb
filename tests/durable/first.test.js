// The manual's first recipe, but for the job's id word for word, in an empty folder with the tarball, across a kill -9.

import assert from "node:assert/strict";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { install } from "../package/support/installed.js";
import { atEnd, postgres, run } from "./support/servers.js";
import { assertFloor, sleep, startWorld } from "./support/world.js";

const DEADLINE_MS = 200_000;

const manual = readFileSync(new URL("../../pkg-template/README.md", import.meta.url), "utf8");
const [, chapter] = /^### A table and a clock$(.*?)^### /ms.exec(manual);
const [recipe, use] = [...chapter.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);

test("the manual's first recipe watches a job across a kill -9, from an empty folder", async (t) => {
  const world = await startWorld(t);
  const id = await world.job("job_first");
  await world.call("PUT", "faults", [{ name: "slow", when: { job: id }, delayMs: 2_500 }]);
  const folder = install();
  const installed = fileURLToPath(new URL("./node_modules", import.meta.url));
  for (const name of await readdir(installed)) {
    if (/^(pg|postgres|pgpass|split2|xtend)/.test(name))
      symlinkSync(join(installed, name), join(folder, "node_modules", name));
  }
  writeFileSync(join(folder, "waits.mjs"), recipe);
  writeFileSync(join(folder, "main.mjs"), use.replace(/job_\w+/, id));
  const database = await postgres(t);
  const env = { ...process.env, ...world.env, ...database };
  const work = () => run(t, process.execPath, ["main.mjs"], { cwd: folder, env });

  const polls = async () => (await world.polls()).get(id) ?? [];
  const until = async (what, found) => {
    for (const end = performance.now() + DEADLINE_MS; performance.now() < end; await sleep(50)) {
      const value = await found();
      if (value) return value;
    }
    assert.fail(`${what}: not within ${DEADLINE_MS} ms`);
  };
  const clock = await world.clock();
  const killed = work();
  // The second one, so that there is a state to go on from.
  await until("a second poll", async () => (await polls()).length === 2);
  await killed.kill("SIGKILL");
  const kill = clock();
  work();

  const { PGHOST: host, PGPORT: port, PGUSER: user, PGDATABASE: name } = database;
  const db = new pg.Client({ host, port: Number(port), user, database: name });
  db.on("error", () => {});
  await db.connect();
  atEnd(t, () => db.end());
  const outcome = await until("an end", async () => {
    const { rows } = await db.query("SELECT outcome FROM waits WHERE outcome IS NOT NULL");
    return rows[0]?.outcome;
  });
  assert.equal(outcome, "completed");
  const made = await polls();
  await sleep(12_000);
  assert.equal((await polls()).length, made.length, "polled after the end");
  assert.ok(made[2].atMs >= kill && made[2].atMs - made[1].atMs >= 19_000, "the lease of who was killed was not kept");
  t.diagnostic(JSON.stringify(assertFloor(await world.polls(), { kills: [kill], afterLoss: 19_000 })));
});
