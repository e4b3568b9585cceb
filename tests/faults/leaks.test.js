// Calls leave nothing behind. `SOAK=n` does n times as many of each.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import FakeTimers from "@sinonjs/fake-timers";
import { PlangrepClient } from "../support/package.js";
import { getJobBody, KEY } from "../support/samples.js";
import { emulated } from "./support/emulated.js";
import { held } from "./support/memory.js";
import { pause } from "./support/page/within.js";

const SOAK = Number(process.env.SOAK ?? 1);
const ROUNDS = 5;
/** In bytes a call: an empty object takes 56 of them, and the place that holds it 8. */
const TOLERANCE = 40;

const body = JSON.parse(getJobBody);
const idOf = (url) => url.split("/").at(-1);
/** As little of a Response as the client takes: the runtime's own leave much to be collected later. */
const respond = (body, status = 200) => ({
  status,
  headers: { get: () => null },
  text: async () => (typeof body === "string" ? body : JSON.stringify(body)),
});
const jobIs = (status) => async (url) => respond({ job: { ...body.job, id: idOf(url), status } });
const clientOf = (fetch, options) =>
  new PlangrepClient({ apiKey: KEY, fetch, maxRetries: 0, pollFloorMs: 1, ...options });
const never = (_, { signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

/** Does `work` several times over, each time for `count` calls; the middle round tells the truth. */
async function assertFlat(what, count, work) {
  await work(2 * count);
  const first = await held();
  let before = first;
  const grown = [];
  for (let round = 0; round < ROUNDS; round++) {
    await work(count);
    const now = await held();
    grown.push((now.heap - before.heap) / count);
    before = now;
  }
  const each = grown.sort((one, other) => one - other)[(ROUNDS - 1) / 2];
  const figures = `${count * (ROUNDS + 2)} ${what}: ${each.toFixed(1)} bytes of heap each, wasm ${first.wasm} to ${before.wasm} bytes`;
  console.error(`• leaks: ${figures}`);
  assert.ok(each < TOLERANCE, figures);
  assert.equal(before.wasm, first.wasm, figures);
  assert.ok(before.timers <= first.timers, `timers: ${first.timers} to ${before.timers}`);
}

test("requests", async () => {
  const { signal } = new AbortController();
  const client = clientOf(jobIs("completed"), { onEvent: () => {} });
  await assertFlat("requests", 2000 * SOAK, async (count) => {
    for (let done = 0; done < count; done++) await client.getJob(`job_${done}`, { signal });
  });
  assert.deepEqual(getEventListeners(signal, "abort"), []);
});

test("requests that fail", async () => {
  const failing = [
    async () => respond({ code: "x" }, 404),
    async () => respond("<html>"),
    async () => Promise.reject(new TypeError("fetch failed")),
  ];
  let turn = 0;
  const client = clientOf((...args) => failing[turn++ % 3](...args));
  await assertFlat("failed requests", 500 * SOAK, async (count) => {
    for (let done = 0; done < count; done++) await client.getJob("job_1").catch(() => {});
  });
});

test("polls of one wait, on a clock of their own", async () => {
  const { signal } = new AbortController();
  let changes = 0;
  const fetch = async (url) =>
    respond({ job: { ...body.job, id: idOf(url), status: "processing", successfulPageCount: changes++ % 100 } });
  const client = clientOf(fetch, { onEvent: () => {} });
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  let polls = 0;
  const wait = client
    .waitForJob("job_1", { signal, onPoll: () => polls++, onUpdate: () => {} })
    .catch(({ code }) => code);
  try {
    await assertFlat("polls", 1000 * SOAK, async (count) => {
      for (const end = polls + count; polls < end; ) await clock.tickAsync(60_000);
    });
    assert.ok(clock.countTimers() <= 2, `${clock.countTimers()} timers`);
  } finally {
    clock.uninstall();
    client.close();
  }
  assert.equal(await wait, "client_closed");
  assert.deepEqual(getEventListeners(signal, "abort"), []);
});

test("waits that are aborted", async () => {
  const client = clientOf(never);
  await assertFlat("aborted waits", 1000 * SOAK, async (count) => {
    for (let done = 0; done < count; done++) {
      const abort = new AbortController();
      const wait = client.waitForJob(`job_${done % 7}`, { signal: abort.signal, onPoll: () => {} });
      abort.abort();
      await wait.catch(() => {});
    }
  });
});

test("waits that share one signal", async () => {
  const { signal } = new AbortController();
  const client = clientOf(jobIs("completed"));
  await assertFlat("waits", 500 * SOAK, async (count) => {
    for (let done = 0; done < count; done += 10) {
      await client.waitForJobs(
        Array.from({ length: 10 }, (_, index) => `job_${index}`),
        { signal },
      );
    }
  });
  assert.deepEqual(getEventListeners(signal, "abort"), []);
});

test("watches that are left", async () => {
  const client = clientOf(jobIs("processing"));
  await assertFlat("watches", 1000 * SOAK, async (count) => {
    for (let done = 0; done < count; done++) {
      for await (const _ of client.watchJob("job_1")) break;
    }
  });
});

test("clients that are closed, with calls under way", async () => {
  await assertFlat("clients", 1000 * SOAK, async (count) => {
    for (let done = 0; done < count; done++) {
      const client = clientOf(never);
      const calls = [client.getJob("job_1"), client.waitForJob("job_1"), client.watchProject("p").next()];
      client.close();
      await Promise.allSettled(calls);
    }
  });
});

test("connections: a few, however many requests, and none under way in the end", async () => {
  const emulator = await emulated();
  const client = new PlangrepClient({ baseUrl: emulator.url, apiKey: emulator.apiKey });
  const count = 400 * SOAK;
  for (let done = 0; done < count; done += 8) {
    const abort = new AbortController();
    const calls = Array.from({ length: 8 }, (_, index) =>
      client.getJob(emulator.samples.jobId, index === 0 ? { signal: abort.signal } : {}),
    );
    abort.abort();
    await Promise.allSettled(calls);
  }
  let { connections, requests } = await emulator.settled();
  // The server may learn a moment late that a client has left.
  for (let tries = 0; tries < 2000 && connections.open.length > 9; tries++) {
    await pause(50);
    ({ connections, requests } = await emulator.state());
  }
  console.error(`• leaks: ${count} requests over sockets, ${connections.open.length} connections open`);
  assert.equal(requests.inFlight, 0);
  assert.ok(connections.open.length <= 9, `${connections.open.length} connections`);
});
