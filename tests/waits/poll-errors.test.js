// Failed polls: which a wait survives, how many, and which end it at once.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ApiError,
  ConnectionError,
  InvalidArgumentError,
  InvalidResponseError,
  TimeoutError,
} from "../support/package.js";
import { KEY } from "../support/samples.js";
import { life, serverOf, silence, status, waiting } from "./support/waiting.js";

const good = serverOf(
  life("job_1", [
    [0, "processing"],
    [1e6, "completed"],
  ]),
);
const page = () => new Response("<!doctype html><title>Log in</title>", { headers: { "content-type": "text/html" } });
const broken = () => {
  throw new TypeError("fetch failed");
};

const survivable = [
  ...[408, 425, 429, 500, 502, 503, 504, 520, 525, 530, 599].map((code) => [`a ${code}`, () => status(code), ApiError]),
  ["a connection that fails", broken, ConnectionError],
  ["an answer that does not come", () => silence, TimeoutError],
  ["a captive portal's page", page, InvalidResponseError],
  ["a job that is none", () => ({ job: { id: "job_1" } }), InvalidResponseError],
];

for (const [what, fault, type] of survivable) {
  test(`${what} is survived maxPollErrors times in a row, then it rejects`, async (t) => {
    const w = waiting(t, { server: fault, options: { timeoutMs: 1_000 } });
    const calls = [];
    const wait = w.client.waitForJob("job_1", {
      maxPollErrors: 2,
      intervalMs: 5_000,
      signal: w.signal,
      onPoll: () => calls.push("poll"),
      onUpdate: () => calls.push("update"),
    });
    const { state, error } = await w.run(wait);
    assert.equal(state, "rejected");
    assert.ok(error instanceof type, String(error));
    assert.equal(w.requests.length, 3);
    assert.deepEqual(calls, [], "a failed poll calls nobody");
    await w.nothingAfter(calls);
  });
}

test("five failed polls are survived where maxPollErrors is not given", async (t) => {
  const w = waiting(t, { server: () => status(503) });
  const { error } = await w.run(w.client.waitForJob("job_1", { intervalMs: 5_000 }));
  assert.deepEqual([error.status, w.requests.length], [503, 6]);
  await w.nothingAfter();
});

test("maxPollErrors 0 survives no failed poll", async (t) => {
  const w = waiting(t, { server: () => status(503) });
  const { error } = await w.run(w.client.waitForJob("job_1", { maxPollErrors: 0 }));
  assert.deepEqual([error.code, w.requests.length], ["server_error", 1]);
});

test("maxPollErrors Infinity survives any number of failed polls", async (t) => {
  const w = waiting(t, { server: (request) => (request.number <= 500 ? status(503) : good({ ...request, at: 1e6 })) });
  const { value } = await w.run(w.client.waitForJob("job_1", { maxPollErrors: Infinity, intervalMs: 5_000 }));
  assert.equal(value.status, "completed");
});

test("a good poll resets the count", async (t) => {
  const w = waiting(t, { server: (request) => (request.number % 3 === 0 ? good(request) : status(500)) });
  const polls = [];
  const { value } = await w.run(
    w.client.waitForJob("job_1", { maxPollErrors: 2, intervalMs: 50_000, onPoll: ({ poll }) => polls.push(poll) }),
  );
  assert.equal(value.status, "completed");
  assert.deepEqual(polls, [3, 6, 9, 12, 15, 18, 21], "failed ones are counted");
});

for (const code of [400, 401, 403, 404, 405, 409, 410, 422, 501, 505, 302]) {
  test(`a ${code} ends the wait at once`, async (t) => {
    const w = waiting(t, {
      server: (request) => (request.number === 1 ? good(request) : status(code, { message: "No" })),
    });
    const { error, at } = await w.run(w.client.waitForJob("job_1", { intervalMs: 10_000, signal: w.signal }));
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.status, at], [code, 10_000]);
    assert.equal(w.requests.length, 2);
    await w.nothingAfter();
  });
}

test("a key function that fails is a failed poll, without a request", async (t) => {
  let calls = 0;
  const apiKey = () => {
    calls++;
    if (calls === 2 || calls === 3) throw new Error("vault is sealed");
    return KEY;
  };
  const server = serverOf(
    life("job_1", [
      [0, "processing"],
      [35_000, "completed"],
    ]),
  );
  const w = waiting(t, { server, options: { apiKey } });
  const { value } = await w.run(w.client.waitForJob("job_1", { intervalMs: 10_000, maxPollErrors: 2 }));
  assert.equal(value.status, "completed");
  assert.deepEqual(w.log(), ["0 job_1", "30000 job_1", "40000 job_1"]);
});

test("the last failure of a key function rejects, with what it threw as the cause", async (t) => {
  const server = serverOf(life("job_1", [[0, "processing"]]));
  const cause = new Error("vault is sealed");
  const apiKey = () => Promise.reject(cause);
  const w = waiting(t, { server, options: { apiKey } });
  const { error } = await w.run(w.client.waitForJob("job_1", { intervalMs: 10_000, maxPollErrors: 1 }));
  assert.ok(error instanceof InvalidArgumentError);
  assert.deepEqual([error.argument, error.cause], ["apiKey", cause]);
  assert.deepEqual(w.log(), []);
});

test("a failed poll is followed by another after the interval", async (t) => {
  const w = waiting(t, { server: (request) => (request.number < 3 ? broken() : good({ ...request, at: 1e6 })) });
  const { at } = await w.run(w.client.waitForJob("job_1", { intervalMs: 12_000 }));
  assert.deepEqual([w.log(), at], [["0 job_1", "12000 job_1", "24000 job_1"], 24_000]);
});
