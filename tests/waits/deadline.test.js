// maxWaitMs: the last poll, the end, and nothing after it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, WaitTimeoutError } from "../support/package.js";
import { life, serverOf, silence, status, waiting } from "./support/waiting.js";

const processing = serverOf(life("job_1", [[0, "processing"]]), life("job_2", [[0, "processing"]]));

test("one last poll lands shortly before maxWaitMs, the error exactly at it", async (t) => {
  const w = waiting(t, { server: processing, latency: 100 });
  const polls = [];
  const wait = w.client.waitForJob("job_1", {
    maxWaitMs: 38_000,
    intervalMs: 10_000,
    signal: w.signal,
    onPoll: ({ nextPollMs }) => polls.push(nextPollMs),
  });
  const { error, at } = await w.run(wait);
  assert.ok(error instanceof WaitTimeoutError);
  assert.deepEqual([error.name, error.code, error.jobId], ["WaitTimeoutError", "wait_timeout", "job_1"]);
  assert.equal(error.lastJob.status, "processing");
  assert.deepEqual([error.lastError, error.polls, error.elapsedMs, at], [null, 5, 38_000, 38_000]);
  assert.deepEqual(w.log(), ["0 job_1", "10100 job_1", "20200 job_1", "30300 job_1", "37000 job_1"]);
  assert.deepEqual(polls, [10_000, 10_000, 10_000, 6_600, null]);
  await w.nothingAfter(polls);
});

test("the last poll comes as soon as the floor allows where that is later than shortly before maxWaitMs", async (t) => {
  const w = waiting(t, { server: processing });
  const { error, at } = await w.run(w.client.waitForJob("job_1", { maxWaitMs: 35_500, intervalMs: 10_000 }));
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1", "20000 job_1", "30000 job_1", "35000 job_1"]);
  assert.deepEqual([error.polls, at], [5, 35_500]);
  await w.nothingAfter();
});

test("no last poll where the floor allows none before maxWaitMs", async (t) => {
  const w = waiting(t, { server: processing });
  const { error, at } = await w.run(w.client.waitForJob("job_1", { maxWaitMs: 25_000, intervalMs: 10_000 }));
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1", "20000 job_1"]);
  assert.deepEqual([error.polls, at], [3, 25_000]);
  await w.nothingAfter();
});

test("a job that ends before the last poll is found by it", async (t) => {
  const server = serverOf(
    life("job_1", [
      [0, "processing"],
      [36_500, "completed"],
    ]),
  );
  const w = waiting(t, { server });
  const { value, at } = await w.run(w.client.waitForJob("job_1", { maxWaitMs: 38_000, intervalMs: 10_000 }));
  assert.deepEqual([value.status, at], ["completed", 37_000]);
  await w.nothingAfter();
});

test("a request in flight at maxWaitMs is aborted, and its response reaches nobody", async (t) => {
  const w = waiting(t, { server: () => silence, options: { timeoutMs: 300_000 } });
  const calls = [];
  const wait = w.client.waitForJob("job_1", {
    maxWaitMs: 20_000,
    signal: w.signal,
    onPoll: () => calls.push("poll"),
    onUpdate: () => calls.push("update"),
  });
  const { error, at } = await w.run(wait);
  assert.deepEqual(
    [error.code, error.lastJob, error.lastError, error.polls, at],
    ["wait_timeout", null, null, 0, 20_000],
  );
  await w.flush();
  assert.deepEqual(
    w.requests.map((request) => request.state),
    ["aborted"],
  );
  await w.nothingAfter(calls);
  assert.deepEqual(calls, []);
});

test("the error tells of failed polls: they are counted, and the last one is there until a good one comes", async (t) => {
  const failing = (from) => (request) => (request.at >= from ? status(503, { code: "busy" }) : processing(request));
  const w = waiting(t, { server: failing(10_000) });
  const { error } = await w.run(w.client.waitForJob("job_1", { maxWaitMs: 38_000, intervalMs: 10_000 }));
  assert.ok(error.lastError instanceof ApiError);
  assert.deepEqual([error.lastError.status, error.lastError.apiCode, error.polls], [503, "busy", 5]);
  assert.equal(error.lastJob.id, "job_1");
  await w.nothingAfter();
});

test("a good poll clears the last error", async (t) => {
  const w = waiting(t, { server: (request) => (request.number === 2 ? status(503) : processing(request)) });
  const { error } = await w.run(w.client.waitForJob("job_1", { maxWaitMs: 38_000, intervalMs: 10_000 }));
  assert.deepEqual([error.lastError, error.polls], [null, 5]);
});

test("a Retry-After beyond the deadline leaves no poll, and the deadline stays", async (t) => {
  const w = waiting(t, { server: () => status(429, {}, { "retry-after": "600" }) });
  const { error, at } = await w.run(w.client.waitForJob("job_1", { maxWaitMs: 60_000 }));
  assert.deepEqual([error.code, error.lastError.retryAfterMs, error.polls, at], ["wait_timeout", 600_000, 1, 60_000]);
  assert.deepEqual(w.log(), ["0 job_1"]);
  await w.nothingAfter();
});

test("one poll is made however short the time", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "completed"]])), latency: 5 });
  const { value, at } = await w.run(w.client.waitForJob("job_1", { maxWaitMs: 20 }));
  assert.deepEqual([value.status, at], ["completed", 5]);
});

test("one poll is made also where initialDelayMs is longer than the whole wait", async (t) => {
  const w = waiting(t, { server: processing });
  const { error, at } = await w.run(w.client.waitForJob("job_1", { maxWaitMs: 20_000, initialDelayMs: 60_000 }));
  assert.deepEqual([w.log(), error.polls, at], [["19000 job_1"], 1, 20_000]);
});

test("with short intervals polls go on until shortly before a short deadline", async (t) => {
  const w = waiting(t, { server: processing, options: { pollFloorMs: 10 } });
  const { error, at } = await w.run(w.client.waitForJob("job_1", { maxWaitMs: 950, intervalMs: 200 }));
  assert.deepEqual(
    w.requests.map((request) => request.at),
    [0, 200, 400, 600, 800, 850],
  );
  assert.deepEqual([error.polls, at], [6, 950]);
});

test("maxWaitMs: Infinity is the same as none", async (t) => {
  const w = waiting(t, {
    server: serverOf(
      life("job_1", [
        [0, "processing"],
        [1e9, "completed"],
      ]),
    ),
  });
  const { value } = await w.run(w.client.waitForJob("job_1", { maxWaitMs: Infinity, intervalMs: 1e8 }));
  assert.equal(value.status, "completed");
});

test("waits that share their polls time out one by one, each at its own moment", async (t) => {
  const w = waiting(t, { server: processing, latency: 50 });
  const ends = [];
  for (const [id, maxWaitMs] of [
    ["job_1", 30_000],
    ["job_2", 45_000],
    ["job_1", 7_000],
  ]) {
    w.client.waitForJob(id, { maxWaitMs, intervalMs: 10_000, signal: w.signal }).catch((error) => {
      ends.push([w.now(), error.jobId, error.elapsedMs]);
    });
  }
  await w.advance(60_000);
  assert.deepEqual(ends, [
    [7_000, "job_1", 7_000],
    [30_000, "job_1", 30_000],
    [45_000, "job_2", 45_000],
  ]);
  await w.nothingAfter(ends);
});

test("a deadline beyond what a timer can hold is kept, however late a sleep makes the timer", async (t) => {
  const day = 86_400_000;
  const w = waiting(t, { server: processing });
  const wait = w.client.waitForJob("job_1", { intervalMs: 40 * day, maxWaitMs: 30 * day });
  await w.advance(20 * day);
  w.clock.jump(7 * day);
  const { error, at } = await w.run(wait);
  assert.deepEqual([error.code, error.elapsedMs, at], ["wait_timeout", 30 * day, 30 * day]);
  await w.nothingAfter();
});
