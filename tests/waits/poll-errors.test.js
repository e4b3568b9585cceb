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
  ["a response that does not come", () => silence, TimeoutError],
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

const refusing =
  (code, message = code) =>
  () => {
    throw Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(message), { code }) });
  };
const LASTING = [
  "ENOTFOUND",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  // Deno's.
  "Requires net access, run again with the --allow-net flag",
];

for (const code of LASTING) {
  test(`${code} ends a wait at once where no server ever answered it, and is survived afterwards`, async (t) => {
    await t.test("first", async (t) => {
      const w = waiting(t, { server: refusing(code), options: { maxRetries: 2 } });
      const { error, at } = await w.run(w.client.waitForJob("job_1"));
      assert.ok(error instanceof ConnectionError);
      // The retries of one request, and no poll after it.
      assert.deepEqual([w.requests.length, error.attempts, at], [3, 3, 1_500]);
      assert.ok(error.message.includes(code), error.message);
      await w.nothingAfter();
    });
    for (const [what, first] of Object.entries({ "after a job": good, "after an error": () => status(503), page })) {
      await t.test(what, async (t) => {
        const w = waiting(t, { server: (request) => (request.number === 1 ? first(request) : refusing(code)()) });
        const { error } = await w.run(w.client.waitForJob("job_1", { intervalMs: 5_000, maxPollErrors: 2 }));
        assert.deepEqual([error.code, w.requests.length], ["connection_failed", first === good ? 4 : 3]);
      });
    }
  });
}

test("a name server that does not answer, and a handshake that takes too long, are survived from the first", async (t) => {
  for (const code of ["EAI_AGAIN", "ECONNREFUSED", "ERR_TLS_HANDSHAKE_TIMEOUT"]) {
    await t.test(code, async (t) => {
      const w = waiting(t, { server: refusing(code) });
      await w.run(w.client.waitForJob("job_1", { maxPollErrors: 2 }));
      assert.equal(w.requests.length, 3);
    });
  }
});

test("a response about another job ends the wait at once", async (t) => {
  const other = (request) => ({ job: { ...good(request).job, id: "job_2" } });
  const w = waiting(t, { server: (request) => (request.number === 1 ? good(request) : other(request)) });
  const { error, at } = await w.run(w.client.waitForJob("job_1", { intervalMs: 5_000, signal: w.signal }));
  assert.ok(error instanceof InvalidResponseError);
  assert.deepEqual([error.path, at, w.requests.length], ["job.id", 5_000, 2]);
  assert.ok(error.message.endsWith(": job.id is not the id that was asked for"), error.message);
  await w.nothingAfter();
});

test("a runtime without fetch ends the wait at once", async (t) => {
  const w = waiting(t, { server: good, options: { fetch: undefined } });
  const { fetch } = globalThis;
  t.after(() => Object.assign(globalThis, { fetch }));
  delete globalThis.fetch;
  const { error, at } = await w.run(w.client.waitForJob("job_1"));
  assert.ok(error instanceof InvalidArgumentError);
  assert.deepEqual([error.argument, error.jobId, at], ["fetch", "job_1", 0]);
  await w.nothingAfter();
});

test("a mock that gives no Response ends the wait at once", async (t) => {
  const w = waiting(t, { server: good, options: { fetch: async () => ({ json: async () => ({}) }) } });
  const { error, at } = await w.run(w.client.waitForJob("job_1"));
  assert.deepEqual([error.code, error.argument, at], ["invalid_argument", "fetch", 0]);
  assert.match(error.message, /status/);
});

test("a key function that gives no key is a failed poll too", async (t) => {
  let calls = 0;
  const server = serverOf(life("job_1", [[0, "completed"]]));
  const w = waiting(t, { server, options: { apiKey: () => (calls++ === 0 ? "" : KEY) } });
  const { value } = await w.run(w.client.waitForJob("job_1", { intervalMs: 5_000 }));
  assert.equal(value.status, "completed");
  assert.deepEqual(w.log(), ["5000 job_1"]);
});

test("onPollError is notified of each failed poll that is survived, and not of the one that ends the wait", async (t) => {
  const w = waiting(t, { server: (request) => (request.number % 3 === 1 ? good(request) : status(503)) });
  const notified = [];
  const wait = w.client.waitForJob("job_1", {
    intervalMs: 5_000,
    maxPollErrors: 1,
    onPoll: ({ poll }) => notified.push(poll),
    onPollError: (error) => notified.push([error.status, error.jobId, w.now()]),
  });
  const { error, at } = await w.run(wait);
  assert.deepEqual([notified, error.status, at], [[1, [503, "job_1", 5_000]], 503, 10_000]);
  await w.nothingAfter(notified);
});

test("what onPollError throws is reported once, and the wait goes on", async (t) => {
  const reported = t.mock.method(console, "error", () => {});
  const w = waiting(t, { server: (request) => (request.number < 4 ? status(503) : good({ ...request, at: 1e6 })) });
  const onPollError = () => {
    throw new Error("mine");
  };
  const { value } = await w.run(w.client.waitForJob("job_1", { intervalMs: 5_000, onPollError }));
  assert.deepEqual([value.status, reported.mock.callCount()], ["completed", 1]);
});

test("an abort or a close in onPollError ends the wait there", async (t) => {
  for (const how of ["abort", "close"]) {
    await t.test(how, async (t) => {
      const w = waiting(t, { server: () => status(503) });
      let notified = 0;
      const onPollError = () => {
        notified++;
        if (how === "abort") w.abort.abort("enough");
        else w.client.close();
      };
      const { error } = await w.run(w.client.waitForJob("job_1", { signal: w.signal, onPollError }));
      assert.deepEqual([notified, error?.code ?? error], [1, how === "abort" ? "enough" : "client_closed"]);
      await w.nothingAfter();
    });
  }
});

test("of waits that share a poll, each is notified of its failure by its own job", async (t) => {
  const lives = ["job_1", "job_2", "job_3", "job_4"].map((id) =>
    life(id, [
      [0, "processing"],
      [90_000, "completed"],
    ]),
  );
  const fine = serverOf(...lives);
  const w = waiting(t, {
    server: (request) => (request.at > 15_000 && request.at < 25_000 ? status(502) : fine(request)),
  });
  const notified = [];
  const waits = lives.map((_, index) =>
    w.client.waitForJob(`job_${index + 1}`, { intervalMs: 10_000, onPollError: ({ jobId }) => notified.push(jobId) }),
  );
  await w.run(Promise.all(waits));
  assert.deepEqual(notified.sort(), ["job_1", "job_2", "job_3", "job_4"]);
});
