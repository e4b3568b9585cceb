// When the next poll comes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { life, serverOf, status, waiting } from "./support/waiting.js";

const always = (status, more) => serverOf(life("job_1", [[0, status, more]]));

/** When a wait polls within a time, in ms since its start. */
async function polls(t, { server, within, random, latency, ...options }) {
  const w = waiting(t, { server, random, latency });
  const wait = w.client.waitForJob("job_1", { signal: w.signal, ...options });
  wait.catch(() => {});
  await w.advance(within);
  w.abort.abort();
  await w.nothingAfter();
  return w.requests.map((request) => request.at);
}

const gaps = (times) => times.slice(1).map((time, index) => time - times[index]);

test("intervalMs is kept exactly, counted from the response, whatever chance says", async (t) => {
  const times = await polls(t, {
    server: always("processing"),
    latency: 1_234,
    random: 0,
    within: 40_000,
    intervalMs: 10_000,
  });
  assert.deepEqual(times, [0, 11_234, 22_468, 33_702]);
});

for (const [random, more] of [
  [0, "at the one end"],
  [0.5, "in the middle"],
  [0.999999, "at the other end"],
]) {
  test(`an adaptive interval lies within its bounds with chance ${more}`, async (t) => {
    const phases = ["provisioning", "uploading", "preflighting", "processing", "blocked_insufficient_credits", "odd"];
    const server = serverOf(
      life(
        "job_1",
        phases.map((status, index) => [index * 200_000, status]),
      ),
    );
    for (const between of gaps(await polls(t, { server, random, within: 1_200_000 }))) {
      assert.ok(between >= 10_000 && between <= 30_000, `${between}`);
    }
  });
}

test("an adaptive interval is spread by up to a tenth either way, in whole milliseconds", async (t) => {
  const server = always("blocked_insufficient_credits");
  const bounds = { minIntervalMs: 5_000, maxIntervalMs: 20_000 };
  const first = [];
  for (const random of [0, 0.123, 0.25, 0.5, 0.75, 0.999]) {
    await t.test(`chance ${random}`, async (t) => {
      const [, second] = await polls(t, { server, random, within: 21_000, ...bounds });
      assert.equal(second, Math.round(second));
      assert.ok(second >= 18_000 && second <= 20_000, `${second}`);
      first.push(second);
    });
  }
  assert.ok(new Set(first).size >= 4, `${first}`);
});

test("while a job is blocked the interval is the longest", async (t) => {
  const times = await polls(t, { server: always("blocked_insufficient_credits"), within: 119_000, random: 0.5 });
  for (const between of gaps(times)) assert.ok(between >= 27_000 && between <= 30_000, `${between}`);
});

test("a poll lands near the end that the pages predict, and a job about to finish is not skipped by an interval", async (t) => {
  // 100 pages, one a second, and the end two seconds after the last.
  const end = 102_000;
  const server = ({ id, at }) => {
    const done = Math.min(100, Math.floor(at / 1_000));
    const status = at < end ? "processing" : "completed";
    const updated = Math.min(done * 1_000, end);
    const pages = { pageCount: 100, successfulPageCount: done };
    return { job: life(id, [[updated, status, pages]])(updated) };
  };
  const w = waiting(t, { server });
  const { at } = await w.run(w.client.waitForJob("job_1"));
  assert.ok(at >= end && at < end + 10_000, `found at ${at}`);
  assert.ok(w.requests.length <= 8, w.log().join());
  await w.nothingAfter();
});

test("the shortest interval given alone moves the longest", async (t) => {
  const blocked = always("blocked_insufficient_credits");
  const [, longest] = await polls(t, { server: blocked, within: 70_000, minIntervalMs: 60_000 });
  assert.equal(longest, 60_000);
});

test("the longest interval given alone moves the shortest", async (t) => {
  const [, only] = await polls(t, { server: always("uploading"), within: 9_000, maxIntervalMs: 6_000 });
  assert.equal(only, 6_000);
});

test("a Retry-After of a failed poll, however long, is a floor for the next", async (t) => {
  const good = always("processing");
  const server = (request) => (request.number === 2 ? status(503, {}, { "retry-after": "7200" }) : good(request));
  const times = await polls(t, { server, within: 7_230_000, intervalMs: 10_000 });
  assert.deepEqual(times, [0, 10_000, 7_210_000, 7_220_000, 7_230_000]);
});

test("a Retry-After of a good response is a floor as well, and a short one changes nothing", async (t) => {
  const good = always("processing");
  const server = (request) => {
    const seconds = { 1: "25", 2: "3" }[request.number];
    return new Response(JSON.stringify(good(request)), { headers: seconds ? { "retry-after": seconds } : {} });
  };
  const times = await polls(t, { server, within: 45_000, intervalMs: 10_000 });
  assert.deepEqual(times, [0, 25_000, 35_000, 45_000]);
});

test("delays beyond what a timer can hold are slept in slices", async (t) => {
  const month = 30 * 86_400_000;
  const server = serverOf(
    life("job_1", [
      [0, "processing"],
      [2 * month, "completed"],
    ]),
  );
  const w = waiting(t, { server });
  const { at } = await w.run(
    w.client.waitForJob("job_1", { intervalMs: month, initialDelayMs: month, maxWaitMs: 10 * month }),
  );
  assert.equal(at, 2 * month);
  assert.deepEqual(
    w.requests.map((request) => request.at),
    [month, 2 * month],
  );
  await w.nothingAfter();
});
