// Leaving: signals, close, and what they leave behind.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { PlangrepError } from "../support/package.js";
import { life, serverOf, silence, waiting } from "./support/waiting.js";

const jobs = (count) =>
  serverOf(...Array.from({ length: count }, (_, index) => life(`job_${index}`, [[0, "processing"]])));

test("a signal that was aborted before rejects with its reason, without a request", async (t) => {
  const w = waiting(t, { server: jobs(1) });
  const reason = { not: "an error" };
  w.abort.abort(reason);
  for (const call of [
    () => w.client.waitForJob("job_0", { signal: w.signal }),
    () => w.client.waitForJobs(["job_0", "job_1"], { signal: w.signal }),
    () => w.client.waitForJobs([], { signal: w.signal }),
    () => w.client.watchJob("job_0", { signal: w.signal }).next(),
    () => w.client.watchProject("proj_1", { signal: w.signal }).next(),
  ]) {
    const { error } = await w.run(call());
    assert.equal(error, reason);
  }
  assert.deepEqual(w.log(), []);
  await w.nothingAfter();
});

test("an abort while the request is in flight aborts it and rejects with the reason itself", async (t) => {
  const w = waiting(t, { server: () => silence });
  const calls = [];
  const wait = w.client.waitForJob("job_0", { signal: w.signal, onPoll: () => calls.push(1) });
  await w.flush();
  assert.equal(w.open(), 1);
  const reason = new Error("enough");
  w.abort.abort(reason);
  const { error, at } = await w.run(wait);
  assert.equal(error, reason);
  assert.equal(at, 0);
  assert.deepEqual(
    w.requests.map((request) => request.state),
    ["aborted"],
  );
  await w.nothingAfter(calls);
});

test("an abort between two polls rejects at once", async (t) => {
  const w = waiting(t, { server: jobs(1) });
  const wait = w.client.waitForJob("job_0", { signal: w.signal });
  wait.catch(() => {});
  await w.advance(3_000);
  w.abort.abort();
  const { error, at } = await w.run(wait);
  assert.equal(error, w.signal.reason);
  assert.equal(error.name, "AbortError");
  assert.equal(at, 3_000);
  assert.deepEqual(w.log(), ["0 job_0"]);
  await w.nothingAfter();
});

test("an abort while a poll sleeps before its next attempt ends it", async (t) => {
  const w = waiting(t, { server: () => new Response("", { status: 503 }), options: { maxRetries: 9 } });
  const wait = w.client.waitForJob("job_0", { signal: w.signal });
  wait.catch(() => {});
  await w.advance(600);
  assert.equal(w.requests.length, 2);
  w.abort.abort("stop");
  assert.equal((await w.run(wait)).error, "stop");
  await w.nothingAfter();
});

test("one listener on the signal, however many polls; none after the end", async (t) => {
  const w = waiting(t, {
    server: serverOf(
      life("job_0", [
        [0, "processing"],
        [1_000_000, "completed"],
      ]),
    ),
  });
  const listeners = [];
  const wait = w.client.waitForJob("job_0", {
    signal: w.signal,
    intervalMs: 10_000,
    onPoll: () => listeners.push(getEventListeners(w.signal, "abort").length),
  });
  await w.run(wait);
  assert.equal(listeners.length, 101);
  assert.deepEqual(new Set(listeners.slice(0, -1)), new Set([1]));
  await w.nothingAfter(listeners);
});

test("a thousand waits with one signal give no warning, and one abort frees everything", async (t) => {
  const warnings = [];
  const warn = (warning) => warnings.push(String(warning));
  process.on("warning", warn);
  t.after(() => process.off("warning", warn));
  const w = waiting(t, { server: jobs(1_000), latency: 20 });
  const reasons = [];
  for (let index = 0; index < 1_000; index++) {
    w.client.waitForJob(`job_${index}`, { signal: w.signal }).catch((reason) => reasons.push(reason));
  }
  await w.advance(25_010);
  assert.ok(w.requests.length < 12);
  w.abort.abort();
  await w.flush();
  assert.equal(reasons.length, 1_000);
  assert.ok(reasons.every((reason) => reason === w.signal.reason));
  await w.nothingAfter(reasons);
  assert.deepEqual(warnings, []);
});

test("close ends waits and watches with client_closed, once, and nothing is left", async (t) => {
  const w = waiting(t, { server: jobs(3), latency: 100 });
  const ends = [];
  const end = (what) => (error) => ends.push([what, error.code, error instanceof PlangrepError]);
  w.client.waitForJob("job_0", { signal: w.signal }).catch(end("wait"));
  w.client.waitForJobs(["job_1", "job_2"], { signal: w.signal }).catch(end("waits"));
  const watch = w.client.watchProject("proj_1", { signal: w.signal });
  watch.next().catch(end("watch"));
  const idle = w.client.watchJob("job_1", { signal: w.signal });
  await w.advance(50);
  w.client.close();
  w.client.close();
  await w.flush();
  const closed = ["wait", "waits", "watch"].map((what) => [what, "client_closed", true]);
  assert.deepEqual(ends.sort(), closed.sort());
  assert.ok(w.requests.every((request) => request.state === "aborted"));
  assert.deepEqual(await watch.next(), { done: true, value: undefined });
  await assert.rejects(idle.next(), { code: "client_closed" });
  assert.deepEqual(await idle.next(), { done: true, value: undefined });
  await w.nothingAfter(ends);
});

test("a closed client refuses new waits, and throws for new watches", async (t) => {
  const w = waiting(t, { server: jobs(1) });
  w.client.close();
  await assert.rejects(w.client.waitForJob("job_0"), { code: "client_closed" });
  await assert.rejects(w.client.waitForJobs(["job_0"]), { code: "client_closed" });
  assert.throws(() => w.client.watchJob("job_0"), { code: "client_closed" });
  assert.throws(() => w.client.watchProject("proj_1"), { code: "client_closed" });
  assert.deepEqual(w.log(), []);
});

test("a wait that ended takes no abort, and one that was aborted takes no response", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_0", [[0, "completed"]])) });
  const { value } = await w.run(w.client.waitForJob("job_0", { signal: w.signal }));
  w.abort.abort();
  assert.equal(value.status, "completed");
  await w.nothingAfter();
});
