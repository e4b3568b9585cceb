// What is tried again, how often and when.

import assert from "node:assert/strict";
import { test } from "node:test";
import { broken, partial, respond, silence } from "../support/network.js";
import { ApiError, ConnectionError } from "../support/package.js";
import { jobBody } from "../support/samples.js";
import { world } from "../support/world.js";

const RETRIED = [408, 425, 429, 500, 502, 503, 504, 507, 511, 520, 522, 530, 599];
const FINAL = [300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 409, 410, 418, 422, 451, 501, 505];
const CODES = { 401: "unauthorized", 403: "forbidden", 404: "not_found", 429: "rate_limited" };
const codeOf = (status) => CODES[status] ?? (status >= 500 ? "server_error" : "http_error");

for (const status of RETRIED) {
  test(`${status} is tried again as often as maxRetries says, then it is the error`, async (t) => {
    for (const maxRetries of [0, 1, 2, 5]) {
      await t.test(`maxRetries ${maxRetries}`, async (t) => {
        const { client, requests, run, nothingAfter } = world(t, { steps: [respond(status)], options: { maxRetries } });
        const { error } = await run(client.getJob("job_1"));
        assert.ok(error instanceof ApiError);
        assert.deepEqual(
          [error.status, error.code, error.attempts, requests.length],
          [status, codeOf(status), maxRetries + 1, maxRetries + 1],
        );
        await nothingAfter();
      });
    }
  });
}

test("no other status is tried again", async (t) => {
  for (const status of FINAL) {
    await t.test(String(status), async (t) => {
      const { client, requests, run, nothingAfter } = world(t, {
        steps: [respond(status)],
        options: { maxRetries: 5 },
      });
      const { error, at } = await run(client.getJob("job_1"));
      assert.deepEqual(
        [error.status, error.code, error.attempts, requests.length, at],
        [status, codeOf(status), 1, 1, 0],
      );
      await nothingAfter();
    });
  }
});

test("what failed differently each time is tried again until it goes well", async (t) => {
  const steps = [
    respond(500),
    broken("ECONNRESET"),
    partial(200, '{"job":', { end: "breaks" }),
    silence(),
    respond(200, jobBody()),
  ];
  const options = { maxRetries: 4, timeoutMs: 1000 };
  const { client, times, events, signal, run, nothingAfter } = world(t, { steps, options });
  const { state, value } = await run(client.getJob("job_1", { signal }));
  assert.deepEqual([state, value.id], ["resolved", "job_1"]);
  assert.deepEqual(times(), [0, 500, 1500, 3500, 8500]);
  assert.deepEqual(
    events
      .filter(({ type }) => type === "retry")
      .map(({ attempt, delayMs, error }) => [attempt, delayMs, error.code, error.attempts]),
    [
      [1, 500, "server_error", 1],
      [2, 1000, "connection_failed", 2],
      [3, 2000, "connection_failed", 3],
      [4, 4000, "timeout", 4],
    ],
  );
  await nothingAfter();
});

test("after the last attempt the last error is what the caller gets", async (t) => {
  const steps = [respond(500), silence(), broken("ENOTFOUND")];
  const { client, run } = world(t, { steps, options: { timeoutMs: 1000 } });
  const { error } = await run(client.getJob("job_1"));
  assert.ok(error instanceof ConnectionError);
  assert.deepEqual([error.code, error.attempts, error.cause.cause.code], ["connection_failed", 3, "ENOTFOUND"]);
  assert.match(error.message, /fetch failed.*ENOTFOUND/);
});

test("delays double from 500 ms to 8 s, within a quarter either way", async (t) => {
  const middle = [500, 1000, 2000, 4000, 8000, 8000, 8000];
  for (const [random, factor] of [
    [0, 0.75],
    [0.5, 1],
    [0.999999, 1.25],
  ]) {
    await t.test(`Math.random() ${random}`, async (t) => {
      const { client, events, times, run } = world(t, { steps: [respond(503)], options: { maxRetries: 7 }, random });
      await run(client.getJob("job_1"));
      const delays = events.filter(({ type }) => type === "retry").map(({ delayMs }) => delayMs);
      for (const [index, delay] of delays.entries()) {
        assert.ok(Math.abs(delay - middle[index] * factor) <= 0.02, `${delay} after attempt ${index + 1}`);
        const slept = times()[index + 1] - times()[index];
        assert.ok(slept >= delay && slept < delay + 1, `slept ${slept} for ${delay}`);
      }
      assert.equal(delays.length, 7);
    });
  }
});

test("options of the call win over the client's; undefined counts as not given", async (t) => {
  for (const [options, perCall, expected] of [
    [{}, {}, 3],
    [{ maxRetries: undefined }, { maxRetries: undefined }, 3],
    [{ maxRetries: 1 }, {}, 2],
    [{ maxRetries: 1 }, { maxRetries: 0 }, 1],
    [{ maxRetries: 0 }, { maxRetries: 4 }, 5],
    [{ maxRetries: 1 }, undefined, 2],
  ]) {
    await t.test(async (t) => {
      const { client, requests, run } = world(t, { steps: [respond(503)], options });
      const { error } = await run(client.listJobs("proj_1", perCall));
      assert.deepEqual([requests.length, error.attempts], [expected, expected]);
    });
  }
});
