// watchProject: one list a poll, however many jobs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { job } from "../support/samples.js";
import { iso, life, serverOf, status, waiting } from "./support/waiting.js";

const DONE = { done: true, value: undefined };
const options = { intervalMs: 10_000 };
const listed = (id, status, updated = 0, more = {}) =>
  job({ id, status, projectId: "proj_1", createdAt: iso(0), updatedAt: iso(updated), ...more });
/** A server whose lists are these, one after the other; the last one stays. */
const lists =
  (...all) =>
  (request) => ({ jobs: all[Math.min(request.number, all.length) - 1] });
const ids = (jobs) => jobs.map(({ id }) => id);

async function read(watch, updates = Infinity) {
  const seen = [];
  for await (const update of watch) if (seen.push(update) >= updates) break;
  return seen;
}

test("the first update is the whole list, the later ones say what changed, in the server's order", async (t) => {
  const a = listed("a", "processing");
  const b = listed("b", "completed");
  const c = listed("c", "provisioning");
  const server = lists([b, a], [b, a], [c, b, a], [c, b, listed("a", "completed", 5)]);
  const w = waiting(t, { server });
  const { value } = await w.run(read(w.client.watchProject("proj_1", { ...options, signal: w.signal }), 3));
  assert.deepEqual(
    value.map(({ jobs, changed, current, poll, elapsedMs, nextPollMs }) => [
      ids(jobs),
      ids(changed),
      current?.id,
      poll,
      elapsedMs,
      nextPollMs,
    ]),
    [
      [["b", "a"], ["b", "a"], "a", 1, 0, 10_000],
      [["c", "b", "a"], ["c"], "c", 3, 20_000, 10_000],
      [["c", "b", "a"], ["a"], "c", 4, 30_000, 10_000],
    ],
  );
  assert.deepEqual(w.log(), ["0 [proj_1]", "10000 [proj_1]", "20000 [proj_1]", "30000 [proj_1]"]);
  await w.nothingAfter();
});

test("a job that is gone from the list is an update without changed jobs", async (t) => {
  const w = waiting(t, {
    server: lists([listed("b", "completed"), listed("a", "processing")], [listed("a", "processing")]),
  });
  const { value } = await w.run(read(w.client.watchProject("proj_1", options), 2));
  assert.deepEqual(
    value.map(({ jobs, changed }) => [ids(jobs), ids(changed)]),
    [
      [
        ["b", "a"],
        ["b", "a"],
      ],
      [["a"], []],
    ],
  );
});

test("an empty project gives its first update too, also after a failed poll", async (t) => {
  const w = waiting(t, { server: (request) => (request.number === 1 ? status(503) : { jobs: [] }) });
  const { value } = await w.run(w.client.watchProject("proj_1", options).next());
  const { state, ...update } = value.value;
  assert.match(state, /^[\w-]+$/);
  assert.deepEqual(update, {
    jobs: [],
    changed: [],
    current: null,
    poll: 2,
    elapsedMs: 10_000,
    nextPollMs: 10_000,
  });
});

test("what is older than known stays as it is known, job by job", async (t) => {
  const server = lists(
    [listed("a", "processing", 20), listed("b", "processing", 20)],
    [listed("a", "preflighting", 10), listed("b", "completed", 30)],
    [listed("a", "processing", 40), listed("b", "processing", 50)],
  );
  const w = waiting(t, { server });
  const { value } = await w.run(read(w.client.watchProject("proj_1", { ...options, everyPoll: true }), 3));
  assert.deepEqual(
    value.map(({ jobs, changed }) => [jobs.map(({ status, updatedAt }) => [status, updatedAt]), ids(changed)]),
    [
      [
        [
          ["processing", iso(20)],
          ["processing", iso(20)],
        ],
        ["a", "b"],
      ],
      [
        [
          ["processing", iso(20)],
          ["completed", iso(30)],
        ],
        ["b"],
      ],
      [
        [
          ["processing", iso(40)],
          ["completed", iso(30)],
        ],
        ["a"],
      ],
    ],
  );
});

test("with stopWhenIdle it ends after the update without an active job", async (t) => {
  const server = serverOf(
    life("a", [
      [0, "processing"],
      [10_000, "completed"],
    ]),
    life("b", [
      [0, "processing"],
      [30_000, "cancelled"],
    ]),
  );
  const w = waiting(t, { server });
  const { value, at } = await w.run(
    read(w.client.watchProject("proj_1", { ...options, stopWhenIdle: true, signal: w.signal })),
  );
  assert.deepEqual(
    value.map(({ changed, current, nextPollMs }) => [ids(changed), current?.id ?? null, nextPollMs]),
    [
      [["a", "b"], "a", 10_000],
      [["a"], "b", 10_000],
      [["b"], null, null],
    ],
  );
  assert.equal(at, 30_000);
  await w.nothingAfter();
});

test("with stopWhenIdle a project that is idle or empty gives one update; an unknown status is active", async (t) => {
  const w = waiting(t, {
    server: ({ id, number }) => ({
      jobs: id === "empty" ? [] : [listed("a", number < 4 ? "archiving" : "expired", number)],
    }),
  });
  const { value } = await w.run(read(w.client.watchProject("empty", { stopWhenIdle: true })));
  assert.equal(value.length, 1);
  const { value: later } = await w.run(read(w.client.watchProject("proj_1", { ...options, stopWhenIdle: true })));
  assert.deepEqual(
    later.map(({ jobs }) => jobs[0].status),
    ["archiving", "archiving", "expired"],
  );
  await w.nothingAfter();
});

test("without stopWhenIdle it goes on until it is left", async (t) => {
  const w = waiting(t, { server: lists([listed("a", "completed")]) });
  const watch = w.client.watchProject("proj_1", { ...options, signal: w.signal });
  await w.run(watch.next());
  let ended = false;
  const next = watch.next().then((result) => {
    ended = true;
    return result;
  });
  await w.advance(3_600_000);
  assert.equal(ended, false);
  assert.equal(w.requests.length, 361);
  await watch.return();
  assert.deepEqual(await next, DONE);
  await w.nothingAfter();
});

test("a list that fails for good ends a watch of it; one that has a job wrong is survived as a failed poll", async (t) => {
  const w = waiting(t, {
    server: ({ id }) => (id === "proj_1" ? status(403, { code: "forbidden" }) : { jobs: [{ id: "a" }] }),
  });
  const refused = w.client.watchProject("proj_1", { signal: w.signal });
  assert.equal((await w.run(refused.next())).error.code, "forbidden");
  assert.deepEqual(await refused.next(), DONE);
  const wrong = w.client.watchProject("proj_2", { ...options, maxPollErrors: 1, signal: w.signal });
  const { error, at } = await w.run(wrong.next());
  assert.deepEqual([error.code, error.path, at], ["invalid_response", "jobs[0].status", 10_000]);
  await w.nothingAfter();
});

test("several watches of one project share its list", async (t) => {
  const w = waiting(t, { server: serverOf(life("a", [[0, "processing"]])) });
  const watches = [w.client.watchProject("proj_1", options), w.client.watchProject("proj_1", options)];
  await w.run(Promise.all(watches.map((watch) => watch.next())));
  const pending = watches.map((watch) => watch.next());
  await w.advance(20_000);
  assert.deepEqual(w.log(), ["0 [proj_1]", "10000 [proj_1]", "20000 [proj_1]"]);
  await watches[0].return();
  await w.advance(10_000);
  assert.equal(w.requests.length, 4);
  await watches[1].return();
  await Promise.all(pending);
  await w.nothingAfter();
});

test("five thousand jobs: one request a poll, and only what changed is reported", async (t) => {
  const many = Array.from({ length: 5_000 }, (_, index) =>
    life(`job_${index}`, [
      [0, "processing"],
      [(index + 1) * 1_000, "completed"],
    ]),
  );
  const w = waiting(t, { server: serverOf(...many) });
  const { value } = await w.run(read(w.client.watchProject("proj_1", options), 4));
  assert.deepEqual(
    value.map(({ jobs, changed }) => [jobs.length, changed.length]),
    [
      [5_000, 5_000],
      [5_000, 10],
      [5_000, 10],
      [5_000, 10],
    ],
  );
  assert.deepEqual(
    ids(value[1].changed),
    Array.from({ length: 10 }, (_, index) => `job_${index}`),
  );
  await w.nothingAfter();
});

test("maxWaitMs ends it with WaitTimeoutError that names the project", async (t) => {
  const w = waiting(t, { server: serverOf(life("a", [[0, "processing"]])) });
  const watch = w.client.watchProject("proj_1", { ...options, maxWaitMs: 15_000, signal: w.signal });
  await w.run(watch.next());
  const { error, at } = await w.run(watch.next());
  assert.deepEqual([error.code, error.projectId, error.jobId, at], ["wait_timeout", "proj_1", "proj_1", 15_000]);
  await w.nothingAfter();
});
