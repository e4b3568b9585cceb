// watchJob: polls while a next is pending, gives the newest, ends cleanly.

import assert from "node:assert/strict";
import { test } from "node:test";
import { JobBlockedError, WaitTimeoutError } from "../support/package.js";
import { life, serverOf, silence, status, waiting } from "./support/waiting.js";

const steps = serverOf(
  life("job_1", [
    [0, "uploading"],
    [20_000, "processing"],
    [40_000, "completed"],
  ]),
);
const DONE = { done: true, value: undefined };
const options = { intervalMs: 10_000 };

/** Reads a watch to its end. */
async function read(watch) {
  const seen = [];
  for await (const update of watch) seen.push(update);
  return seen;
}

test("a watch gives the first observation and every change, the terminal one last", async (t) => {
  const w = waiting(t, { server: steps });
  const { value, at } = await w.run(read(w.client.watchJob("job_1", { ...options, signal: w.signal })));
  assert.deepEqual(
    value.map(({ job, previous, changed, terminal, poll, elapsedMs, nextPollMs }) => [
      job.status,
      previous?.status ?? null,
      changed,
      terminal,
      poll,
      elapsedMs,
      nextPollMs,
    ]),
    [
      ["uploading", null, true, false, 1, 0, 10_000],
      ["processing", "uploading", true, false, 3, 20_000, 10_000],
      ["completed", "processing", true, true, 5, 40_000, null],
    ],
  );
  assert.equal(at, 40_000);
  assert.equal(w.requests.length, 5);
  await w.nothingAfter();
});

test("with everyPoll it gives every poll", async (t) => {
  const w = waiting(t, { server: steps });
  const { value } = await w.run(read(w.client.watchJob("job_1", { ...options, everyPoll: true })));
  assert.deepEqual(
    value.map(({ poll, changed }) => [poll, changed]),
    [
      [1, true],
      [2, false],
      [3, true],
      [4, false],
      [5, true],
    ],
  );
});

test("nothing happens before the first next, which starts the time", async (t) => {
  const w = waiting(t, { server: steps });
  const watch = w.client.watchJob("job_1", { ...options, maxWaitMs: 25_000, signal: w.signal });
  assert.equal(w.clock.countTimers(), 0);
  await w.advance(100_000);
  assert.deepEqual(w.log(), []);
  const { value } = await w.run(watch.next());
  assert.deepEqual([value.value.elapsedMs, value.value.job.status], [0, "completed"]);
  assert.deepEqual(await watch.next(), DONE);
  await w.nothingAfter();
});

test("a slow reader gets the newest state and no queue, and a late next polls at once", async (t) => {
  const w = waiting(t, { server: steps });
  const watch = w.client.watchJob("job_1", options);
  assert.equal((await w.run(watch.next())).value.value.job.status, "uploading");
  assert.equal(w.clock.countTimers(), 0, "a watch whose next is not called holds no timer");
  await w.advance(35_000);
  const late = await w.run(watch.next());
  assert.deepEqual([late.value.value.job.status, late.value.value.poll, late.at], ["processing", 2, 35_000]);
  const soon = await w.run(watch.next());
  assert.deepEqual([soon.value.value.job.status, soon.at], ["completed", 45_000]);
  assert.deepEqual(w.log(), ["0 job_1", "35000 job_1", "45000 job_1"]);
  assert.deepEqual(await watch.next(), DONE);
  await w.nothingAfter();
});

test("the terminal state is delivered to the slowest reader", async (t) => {
  const w = waiting(t, { server: steps });
  const watch = w.client.watchJob("job_1", options);
  await w.run(watch.next());
  await w.advance(86_400_000);
  const { value } = await w.run(watch.next());
  assert.deepEqual([value.done, value.value.job.status, value.value.terminal], [false, "completed", true]);
  assert.deepEqual(await watch.next(), DONE);
  assert.deepEqual(await watch.next(), DONE);
  assert.equal(w.requests.length, 2);
  await w.nothingAfter();
});

test("several next at once get one update each, in order; those after the end are done", async (t) => {
  const w = waiting(t, { server: steps });
  const watch = w.client.watchJob("job_1", options);
  const { value, at } = await w.run(Promise.all(Array.from({ length: 5 }, () => watch.next())));
  assert.deepEqual(
    value.map(({ done, value }) => [done, value?.job.status]),
    [
      [false, "uploading"],
      [false, "processing"],
      [false, "completed"],
      [true, undefined],
      [true, undefined],
    ],
  );
  assert.equal(at, 40_000);
  await w.nothingAfter();
});

test("break stops the polling", async (t) => {
  const w = waiting(t, { server: steps });
  const watch = w.client.watchJob("job_1", { ...options, signal: w.signal });
  const loop = async () => {
    for await (const { poll } of watch) if (poll >= 1) break;
  };
  await w.run(loop());
  assert.deepEqual(await watch.next(), DONE);
  assert.deepEqual(w.log(), ["0 job_1"]);
  await w.nothingAfter();
});

test("return ends a pending next as done, aborts its request and gives its value", async (t) => {
  const w = waiting(t, { server: () => silence });
  const watch = w.client.watchJob("job_1", { ...options, signal: w.signal });
  const next = watch.next();
  await w.advance(100);
  assert.equal(w.open(), 1);
  assert.deepEqual(await watch.return("value"), { done: true, value: "value" });
  assert.deepEqual(await next, DONE);
  assert.deepEqual(await watch.return(Promise.resolve("other")), { done: true, value: "other" });
  assert.deepEqual(await watch.next(), DONE);
  assert.deepEqual(
    w.requests.map(({ state }) => state),
    ["aborted"],
  );
  await w.nothingAfter();
});

test("throw ends it and rejects with what it was given", async (t) => {
  const w = waiting(t, { server: () => silence });
  const watch = w.client.watchJob("job_1", { ...options, signal: w.signal });
  const next = watch.next();
  await w.advance(100);
  const error = new Error("enough");
  await assert.rejects(watch.throw(error), (thrown) => thrown === error);
  assert.deepEqual(await next, DONE);
  assert.deepEqual(await watch.next(), DONE);
  await w.nothingAfter();
});

test("asyncDispose ends it, also before it was read", { skip: !Symbol.asyncDispose && "no such symbol" }, async (t) => {
  const w = waiting(t, { server: () => silence });
  const watch = w.client.watchJob("job_1", { ...options, signal: w.signal });
  const next = watch.next();
  await w.advance(100);
  assert.equal(await watch[Symbol.asyncDispose](), undefined);
  assert.deepEqual(await next, DONE);
  const unread = w.client.watchJob("job_1", { signal: w.signal });
  await unread[Symbol.asyncDispose]();
  assert.deepEqual(await unread.next(), DONE);
  assert.equal(watch[Symbol.asyncIterator](), watch);
  await w.nothingAfter();
});

test("an abort while it is idle: the next next rejects with the reason, those after it are done", async (t) => {
  const w = waiting(t, { server: steps });
  const watch = w.client.watchJob("job_1", { ...options, signal: w.signal });
  await w.run(watch.next());
  await w.advance(5_000);
  w.abort.abort("stop");
  assert.equal((await w.run(watch.next())).error, "stop");
  assert.deepEqual(await watch.next(), DONE);
  assert.equal(w.requests.length, 1);
  await w.nothingAfter();
});

test("an abort while a next is pending rejects it with the reason", async (t) => {
  const w = waiting(t, { server: steps });
  const watch = w.client.watchJob("job_1", { ...options, signal: w.signal });
  await w.run(watch.next());
  const next = watch.next();
  next.catch(() => {});
  await w.advance(5_000);
  w.abort.abort("stop");
  assert.equal((await w.run(next)).error, "stop");
  assert.deepEqual(await watch.next(), DONE);
  await w.nothingAfter();
});

test("a failure ends it: the pending next rejects, then it is done", async (t) => {
  const w = waiting(t, { server: () => status(404) });
  const watch = w.client.watchJob("job_1", { signal: w.signal });
  const nexts = [watch.next(), watch.next()];
  assert.equal((await w.run(nexts[0])).error.code, "not_found");
  assert.deepEqual(await nexts[1], DONE);
  assert.deepEqual(await watch.next(), DONE);
  await w.nothingAfter();
});

test('with onBlocked "throw" it gives the blocked state, then rejects with JobBlockedError', async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "blocked_insufficient_credits"]])) });
  const watch = w.client.watchJob("job_1", { onBlocked: "throw" });
  assert.equal((await w.run(watch.next())).value.value.job.status, "blocked_insufficient_credits");
  const { error } = await w.run(watch.next());
  assert.ok(error instanceof JobBlockedError);
  assert.deepEqual(await watch.next(), DONE);
  await w.nothingAfter();
});

test("a failed job is an update like any other", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "failed"]])) });
  const { value } = await w.run(read(w.client.watchJob("job_1")));
  assert.deepEqual(
    value.map(({ job, terminal }) => [job.status, terminal]),
    [["failed", true]],
  );
});

test("maxWaitMs rejects a pending next exactly at it", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "processing"]])) });
  const watch = w.client.watchJob("job_1", { ...options, maxWaitMs: 24_000, signal: w.signal });
  await w.run(watch.next());
  const { error, at } = await w.run(watch.next());
  assert.ok(error instanceof WaitTimeoutError);
  assert.deepEqual([error.jobId, error.polls, error.elapsedMs, at], ["job_1", 3, 24_000, 24_000]);
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1", "20000 job_1"]);
  assert.deepEqual(await watch.next(), DONE);
  await w.nothingAfter();
});

test("maxWaitMs that passes while no next is pending rejects the next next, without a poll", async (t) => {
  const w = waiting(t, { server: steps });
  const watch = w.client.watchJob("job_1", { ...options, maxWaitMs: 24_000, signal: w.signal });
  await w.run(watch.next());
  await w.advance(30_000);
  const { error, at } = await w.run(watch.next());
  assert.deepEqual([error.code, error.polls, at, w.requests.length], ["wait_timeout", 1, 30_000, 1]);
  assert.deepEqual(await watch.next(), DONE);
  await w.nothingAfter();
});

test("a watch is an async iterator and iterable by its looks too", (t) => {
  const w = waiting(t, { server: steps });
  const watch = w.client.watchJob("job_1");
  for (const method of ["next", "return", "throw"]) assert.equal(typeof watch[method], "function");
  assert.equal(JSON.stringify(watch), "{}");
});

test("a second loop throws instead of sharing out the values, and the first goes on", async (t) => {
  const w = waiting(t, { server: steps });
  const watch = w.client.watchJob("job_1", options);
  const first = read(watch);
  await assert.rejects(read(watch), { code: "invalid_argument", argument: "watch", message: /second time/ });
  const { value } = await w.run(first);
  assert.equal(value.length, 3);
  await assert.rejects(read(watch), { argument: "watch" }, "nor after its end");
  await w.nothingAfter();
});
