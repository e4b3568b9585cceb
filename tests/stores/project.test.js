// observeProject: the newest state of all jobs of a project, one list a poll.

import assert from "node:assert/strict";
import { test } from "node:test";
import { summarizeBilling } from "../support/package.js";
import { inPage, life, listener, serverOf, status } from "./support/observing.js";

const options = { intervalMs: 10_000 };
const server = serverOf(
  life("a", [
    [0, "processing"],
    [15_000, "completed"],
  ]),
  life("b", [[0, "completed"]]),
);

test("a store of a project has all jobs, the current one and what they cost", async (t) => {
  const w = inPage(t, { server });
  const store = w.client.observeProject("proj_1", options);
  assert.deepEqual(store.get(), {
    status: "idle",
    jobs: [],
    current: null,
    billing: summarizeBilling([]),
    nextPollAt: null,
    error: null,
    updatedAt: null,
  });
  const { seen, end } = listener(store);
  await w.advance(25_000);
  assert.deepEqual(w.log(), ["0 [proj_1]", "10000 [proj_1]", "20000 [proj_1]"]);
  assert.deepEqual(
    seen.map(({ status, jobs, current }) => [status, jobs.map((job) => job.status), current?.id]),
    [
      ["live", ["processing", "completed"], "a"],
      ["live", ["processing", "completed"], "a"],
      ["live", ["completed", "completed"], undefined],
    ],
  );
  assert.deepEqual(seen[0].billing, summarizeBilling(seen[0].jobs));
  assert.equal(seen[1].jobs, seen[0].jobs, "a poll that found the same jobs gives the same list");
  assert.equal(seen[1].billing, seen[0].billing);
  assert.notEqual(seen[2].billing, seen[1].billing);
  end();
  await w.nothingAfter(seen);
});

test("with stopWhenIdle it ends with the last active job", async (t) => {
  const w = inPage(t, { server });
  const store = w.client.observeProject("proj_1", { ...options, stopWhenIdle: true });
  const { seen, end } = listener(store);
  await w.advance(60_000);
  assert.deepEqual(
    seen.map(({ status, nextPollAt }) => [status, nextPollAt === null]),
    [
      ["live", false],
      ["live", false],
      ["ended", true],
    ],
  );
  end();
  await w.nothingAfter(seen);
});

test("stores of a project and of its jobs share the lists", async (t) => {
  const w = inPage(t, { server: serverOf(life("a", [[0, "processing"]]), life("b", [[0, "processing"]])) });
  const stores = [w.client.observeProject("proj_1", options), w.client.observeJob("a", options)];
  const all = stores.map((store) => listener(store));
  await w.advance(5_000);
  const before = w.requests.length;
  await w.advance(30_000);
  assert.equal(w.requests.length - before, 3);
  assert.ok(
    w
      .log()
      .slice(before)
      .every((line) => line.endsWith("[proj_1]")),
  );
  for (const { end } of all) end();
  await w.nothingAfter();
});

test("a failure that is survived shows beside the jobs, one that is not ends it", async (t) => {
  const responses = [server, () => status(503), () => status(401)];
  const w = inPage(t, { server: (request) => responses[request.number - 1](request) });
  const store = w.client.observeProject("proj_1", options);
  const { seen, end } = listener(store);
  await w.advance(60_000);
  assert.deepEqual(
    seen.map(({ status, jobs, error }) => [status, jobs.length, error?.code]),
    [
      ["live", 2, undefined],
      ["live", 2, "server_error"],
      ["failed", 2, "unauthorized"],
    ],
  );
  end();
  await w.nothingAfter(seen);
});
