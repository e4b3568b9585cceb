// Long lists in a page: nobody else waits until all of it was checked and compared.

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { flush } from "../support/flush.js";
import { pageIn } from "../support/page.js";
import { job } from "../support/samples.js";
import { iso, waiting } from "./support/waiting.js";

const JOBS = 3_000;
/** More are not looked at in one task. */
const AT_A_TIME = 100;

/** Every other one is active; so many of those have changed by the poll of that number. */
const jobsAt = (poll, changed) =>
  Array.from({ length: JOBS }, (_, n) =>
    job({
      id: `job_${n}`,
      projectId: "proj_1",
      status: n % 2 ? "processing" : "completed",
      externalId: `order-${n}${n % 2 && n < 2 * changed ? `-${poll}` : ""}`,
      updatedAt: iso(0),
    }),
  );

/** Counts the turns that the package leaves to others, and the jobs of lists that it looks at between two of them. */
function looksAtJobs(t) {
  const tasks = [new Set()];
  class MessageChannel {
    port1 = { close: () => {} };
    port2 = {
      postMessage: () =>
        setImmediate(() => {
          tasks.push(new Set());
          this.port1.onmessage();
        }),
    };
  }
  const before = globalThis.MessageChannel;
  globalThis.MessageChannel = MessageChannel;
  t.after(() => {
    globalThis.MessageChannel = before;
  });
  const parse = JSON.parse;
  t.mock.method(JSON, "parse", (text) => {
    const value = parse(text);
    for (const job of value.jobs ?? []) {
      const { externalId } = job;
      const get = () => {
        tasks.at(-1).add(job.id);
        return externalId;
      };
      Object.defineProperty(job, "externalId", { get, enumerable: true });
    }
    return value;
  });
  return tasks;
}

/** What comes of a promise without any time passing. */
async function settled(promise) {
  let outcome;
  promise.then(
    (value) => {
      outcome = { value };
    },
    (error) => {
      outcome = { error };
    },
  );
  for (let turn = 0; outcome === undefined && turn < 200; turn++) await flush();
  return outcome;
}

const inPage = (t, options) => {
  pageIn(t);
  return waiting(t, { ...options, options: { apiKey: undefined, baseUrl: "/plangrep", ...options.options } });
};

test("in a page a long list is checked and compared some jobs at a time, and others have their turn in between", async (t) => {
  const w = inPage(t, { server: ({ number }) => ({ jobs: jobsAt(number, 5) }) });
  const tasks = looksAtJobs(t);
  const watch = w.client.watchProject("proj_1", { intervalMs: 10_000, signal: w.signal });
  const first = await settled(watch.next());
  assert.deepEqual([first.value.value.jobs.length, first.value.value.changed.length], [JOBS, JOBS]);
  const perTask = () => tasks.splice(0, tasks.length, new Set()).map(({ size }) => size);
  const most = (sizes) => Math.max(...sizes);
  const atFirst = perTask();
  assert.ok(most(atFirst) <= AT_A_TIME, `${most(atFirst)} jobs in one task`);
  assert.equal(atFirst.filter((size) => size > 0).length, JOBS / AT_A_TIME);
  const next = watch.next();
  await flush();
  w.clock.tick(10_000);
  const { jobs, changed, current } = (await settled(next)).value.value;
  const later = perTask();
  assert.ok(most(later) <= AT_A_TIME, `${most(later)} jobs in one task`);
  // At last those that have changed are compared with what was known of them.
  assert.deepEqual([later.filter((size) => size > 0).length, later.at(-1)], [JOBS / AT_A_TIME + 1, 5]);
  assert.deepEqual(
    changed.map(({ id, externalId }) => [id, externalId]),
    [1, 3, 5, 7, 9].map((n) => [`job_${n}`, `order-${n}-2`]),
  );
  assert.deepEqual([jobs.length, current.id], [JOBS, "job_1"]);
  w.abort.abort();
  await w.nothingAfter();
});

test("a job of a long list that has not changed is the same object again, unless it has ended and has a new link", async (t) => {
  const server = ({ number }) => ({
    jobs: jobsAt(number, 1).map((job) => ({ ...job, resultUrl: job.status === "completed" ? `${number}` : null })),
  });
  const w = inPage(t, { server });
  const watch = w.client.watchProject("proj_1", { intervalMs: 10_000, signal: w.signal });
  const first = (await settled(watch.next())).value.value;
  const next = watch.next();
  await flush();
  w.clock.tick(10_000);
  const second = (await settled(next)).value.value;
  assert.deepEqual(
    [0, 1, 3].map((n) => [second.jobs[n] === first.jobs[n], second.jobs[n].resultUrl]),
    [
      [false, "2"],
      [false, null],
      [true, null],
    ],
  );
  w.abort.abort();
  await w.nothingAfter();
});

test("an abort while a long list is checked ends the call, and no further job is looked at", async (t) => {
  const w = inPage(t, { server: ({ number }) => ({ jobs: jobsAt(number, 0) }) });
  for (const call of [
    () => w.client.listJobs("proj_1", { signal: w.signal }),
    () => w.client.watchProject("proj_1", { intervalMs: 10_000, signal: w.signal }).next(),
  ]) {
    await t.test(String(call), async (t) => {
      const tasks = looksAtJobs(t);
      const outcome = settled(call());
      while (!tasks.some(({ size }) => size > 0)) await flush();
      w.abort.abort("stop");
      const looked = tasks.filter(({ size }) => size > 0).length;
      assert.equal((await outcome).error, "stop");
      for (let turn = 0; turn < 20; turn++) await flush();
      assert.equal(tasks.filter(({ size }) => size > 0).length, looked);
    });
    w.abort = new AbortController();
    w.signal = w.abort.signal;
  }
  await w.nothingAfter();
});

test("what is wrong with the last job of a long list is told with its place, in the context of the call", async (t) => {
  const whose = new AsyncLocalStorage();
  const told = [];
  const onEvent = ({ type }) => told.push([type, whose.getStore()]);
  const server = () => ({ jobs: jobsAt(1, 0).map((job, n) => (n === JOBS - 1 ? { ...job, status: 7 } : job)) });
  const w = inPage(t, { server, options: { onEvent } });
  const { error } = await settled(whose.run("mine", () => w.client.listJobs("proj_1")));
  assert.deepEqual([error.code, error.path], ["invalid_response", `jobs[${JOBS - 1}].status`]);
  assert.deepEqual(told, [
    ["request", "mine"],
    ["response", "mine"],
    ["error", "mine"],
  ]);
  await w.nothingAfter();
});

test("outside a page a long list takes no turns", async (t) => {
  const w = waiting(t, { server: ({ number }) => ({ jobs: jobsAt(number, 0) }) });
  const tasks = looksAtJobs(t);
  assert.equal((await settled(w.client.listJobs("proj_1"))).value.length, JOBS);
  assert.deepEqual(
    tasks.map(({ size }) => size),
    [JOBS],
  );
  await w.nothingAfter();
});
