// Abort: promptly, with the caller's own reason, and nothing happens afterwards.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { partial, respond, silence } from "../support/network.js";
import { outcomeOf, rejectionOf } from "../support/outcome.js";
import { PlangrepClient } from "../support/package.js";
import { jobBody, KEY } from "../support/samples.js";
import { serveBytes, until } from "../support/server.js";
import { world } from "../support/world.js";

const REASON = { mine: true };

test("a signal that is aborted already makes no request and wants no key", async (t) => {
  let calls = 0;
  const apiKey = () => {
    calls++;
    return KEY;
  };
  const { client, requests, events, run, nothingAfter } = world(t, {
    steps: [respond(200, jobBody())],
    options: { apiKey },
  });
  const { error } = await run(client.getJob("job_1", { signal: AbortSignal.abort(REASON) }));
  assert.equal(error, REASON);
  assert.deepEqual([calls, requests.length, events.length], [0, 0, 0]);
  await nothingAfter();
});

test("bad arguments are told even if the signal is aborted already", async (t) => {
  const { client } = world(t, { steps: [respond(200, jobBody())] });
  const error = await rejectionOf(client.getJob("", { signal: AbortSignal.abort(REASON) }));
  assert.equal(error.code, "invalid_argument");
});

const stages = {
  "before the first microtask": { steps: [respond(200, jobBody())], at: null, requests: 0 },
  "while the key function is called": {
    steps: [respond(200, jobBody())],
    at: 100,
    requests: 0,
    options: { apiKey: () => new Promise(() => {}) },
  },
  "while waiting for the headers": { steps: [silence()], at: 100, requests: 1, aborted: true },
  "while reading the body": { steps: [partial(200, '{"job":')], at: 100, requests: 1, aborted: true },
  "while reading an error's body": { steps: [partial(404, "not f")], at: 100, requests: 1, aborted: true },
  "while sleeping before a retry": { steps: [respond(503)], at: 100, requests: 1, aborted: false },
  "while sleeping for Retry-After": {
    steps: [respond(503, "", { "retry-after": "30" })],
    at: 20_000,
    requests: 1,
    aborted: false,
  },
  "during the second attempt": { steps: [respond(503), silence()], at: 600, requests: 2, aborted: true },
};
for (const [stage, { steps, at, requests: made, aborted, options }] of Object.entries(stages)) {
  for (const reason of [REASON, undefined, "stop", new Error("mine")]) {
    test(`abort ${stage}, with ${reason === REASON ? "an object" : reason} as the reason`, async (t) => {
      const { client, clock, requests, abort, signal, nothingAfter } = world(t, { steps, options });
      const outcome = outcomeOf(client.getJob("job_1", { signal }));
      if (at !== null) await clock.tickAsync(at);
      assert.equal(outcome.state, "pending");
      abort.abort(reason);
      await clock.tickAsync(0);
      assert.equal(outcome.state, "rejected");
      assert.equal(outcome.error, abort.signal.reason);
      if (reason !== undefined) assert.equal(outcome.error, reason);
      else assert.equal(outcome.error.name, "AbortError");
      assert.equal(requests.length, made);
      if (made > 0) assert.equal(requests.at(-1).aborted, aborted);
      await nothingAfter();
    });
  }
}

for (const stage of ["request", "response", "retry"]) {
  test(`abort from inside onEvent at a "${stage}" ends the call there`, async (t) => {
    const options = { onEvent: ({ type }) => type === stage && abort.abort(REASON) };
    const { client, abort, signal, requests, run, nothingAfter } = world(t, { steps: [respond(503)], options });
    const { error } = await run(client.getJob("job_1", { signal }));
    assert.equal(error, REASON);
    assert.equal(requests.length, stage === "request" ? 0 : 1);
    await nothingAfter();
  });
}

test("abort from inside the key function makes no request", async (t) => {
  const apiKey = () => {
    abort.abort(REASON);
    return KEY;
  };
  const { client, abort, signal, requests, run, nothingAfter } = world(t, {
    steps: [respond(200, jobBody())],
    options: { apiKey },
  });
  assert.equal((await run(client.getJob("job_1", { signal }))).error, REASON);
  assert.equal(requests.length, 0);
  await nothingAfter();
});

test("an abort after the end changes nothing", async (t) => {
  const { client, abort, signal, run, nothingAfter } = world(t, { steps: [respond(200, jobBody())] });
  const { state } = await run(client.getJob("job_1", { signal }));
  assert.equal(state, "resolved");
  abort.abort(REASON);
  await nothingAfter();
});

test("a thousand calls share one listener on their signal, so that Node warns of no leak", async (t) => {
  const { client, clock, abort, signal, nothingAfter } = world(t, { steps: [silence()] });
  const warnings = [];
  const listener = (warning) => warnings.push(warning);
  process.on("warning", listener);
  t.after(() => process.off("warning", listener));
  const calls = Array.from({ length: 1000 }, () => outcomeOf(client.getJob("job_1", { signal })));
  await clock.tickAsync(100);
  assert.equal(getEventListeners(signal, "abort").length, 1);
  abort.abort(REASON);
  await clock.tickAsync(0);
  assert.ok(calls.every(({ error }) => error === REASON));
  await nothingAfter();
  await new Promise(setImmediate);
  assert.deepEqual(warnings, []);
});

test("one signal ends all the calls that have it, and only those", async (t) => {
  const { client, clock, abort, signal, requests } = world(t, { steps: [silence()] });
  const ended = Array.from({ length: 20 }, () => outcomeOf(client.getJob("job_1", { signal })));
  const other = outcomeOf(client.getJob("job_1"));
  await clock.tickAsync(100);
  abort.abort(REASON);
  await clock.tickAsync(0);
  assert.ok(ended.every(({ error }) => error === REASON));
  assert.equal(other.state, "pending");
  assert.equal(requests.filter(({ aborted }) => aborted).length, 20);
  client.close();
});

test("on a real socket, an abort closes the connection", async (t) => {
  for (const head of ["", 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"job"']) {
    let calls;
    const { url } = await serveBytes(t, (socket) => {
      calls = socket;
      socket.write(head);
    });
    const abort = new AbortController();
    const call = rejectionOf(
      new PlangrepClient({ apiKey: KEY, baseUrl: url }).getJob("job_1", { signal: abort.signal }),
    );
    await until(() => calls);
    await new Promise((resolve) => setTimeout(resolve, 20));
    abort.abort(REASON);
    assert.equal(await call, REASON);
    await until(() => calls.closed);
  }
});

test("AbortSignal.timeout and AbortSignal.any work as signals", async (t) => {
  const { client, run } = world(t, { steps: [silence()] });
  const abort = new AbortController();
  setTimeout(() => abort.abort(REASON), 250);
  const { error, at } = await run(
    client.getJob("job_1", { signal: AbortSignal.any([abort.signal, new AbortController().signal]) }),
  );
  assert.deepEqual([error, at], [REASON, 250]);
});

test("what only looks like a signal works too: a polyfill's, another realm's", async (t) => {
  const { client, clock, requests } = world(t, { steps: [silence()] });
  const listeners = new Set();
  const lookAlike = {
    aborted: false,
    reason: undefined,
    addEventListener: (type, listener) => type === "abort" && listeners.add(listener),
    removeEventListener: (type, listener) => type === "abort" && listeners.delete(listener),
  };
  const outcome = outcomeOf(client.getJob("job_1", { signal: lookAlike }));
  await clock.tickAsync(100);
  assert.equal(listeners.size, 1);
  Object.assign(lookAlike, { aborted: true, reason: REASON });
  for (const listener of listeners) listener({ type: "abort" });
  await clock.tickAsync(0);
  assert.deepEqual([outcome.error, listeners.size, requests[0].aborted], [REASON, 0, true]);
});

test("a look-alike whose methods throw still lets the call go on", async (t) => {
  const { client, run, nothingAfter } = world(t, { steps: [respond(200, jobBody())] });
  const fail = () => {
    throw new Error("no");
  };
  const signal = { aborted: false, addEventListener: fail, removeEventListener: fail };
  assert.equal((await run(client.getJob("job_1", { signal }))).state, "resolved");
  await nothingAfter();
});

test("a look-alike that tells of its abort twice ends the call once", async (t) => {
  const { client, run, nothingAfter } = world(t, { steps: [silence()] });
  const signal = {
    aborted: false,
    addEventListener(_, listener) {
      setTimeout(() => {
        Object.assign(signal, { aborted: true, reason: REASON });
        listener({ type: "abort" });
        listener({ type: "abort" });
      }, 50);
    },
    removeEventListener() {},
  };
  assert.equal((await run(client.getJob("job_1", { signal }))).error, REASON);
  await nothingAfter();
});
