// onEvent: notified of every request, response and retry, and never in the way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { broken, respond, silence } from "../support/network.js";
import { outcomeOf } from "../support/outcome.js";
import { ApiError, ConnectionError, TimeoutError } from "../support/package.js";
import { jobBody } from "../support/samples.js";
import { world } from "../support/world.js";

const url = "https://plangrep.com/api/open/v1/jobs/job_1";

test("each request, response and retry is reported in order, in exactly this shape", async (t) => {
  const slow = async (...received) => {
    await new Promise((resolve) => setTimeout(resolve, 120));
    return respond(200, jobBody(), { "x-request-id": "r2" })(...received);
  };
  const steps = [respond(503, { message: "busy" }), broken(), silence(), slow];
  const { client, events, run, nothingAfter } = world(t, { steps, options: { maxRetries: 3, timeoutMs: 1000 } });
  assert.equal((await run(client.getJob("job_1"))).state, "resolved");
  await nothingAfter();
  const errors = events.map(({ error }) => error).filter(Boolean);
  assert.deepEqual(
    events.map(({ error, ...event }) => ({ ...event, ...(error && { error: error.constructor }) })),
    [
      { type: "request", url, attempt: 1 },
      { type: "response", url, attempt: 1, status: 503, durationMs: 0, requestId: null },
      { type: "retry", url, attempt: 1, delayMs: 500, error: ApiError },
      { type: "request", url, attempt: 2 },
      { type: "retry", url, attempt: 2, delayMs: 1000, error: ConnectionError },
      { type: "request", url, attempt: 3 },
      { type: "retry", url, attempt: 3, delayMs: 2000, error: TimeoutError },
      { type: "request", url, attempt: 4 },
      { type: "response", url, attempt: 4, status: 200, durationMs: 120, requestId: "r2" },
    ],
  );
  assert.deepEqual(
    errors.map(({ attempts }) => attempts),
    [1, 2, 3],
  );
  assert.equal(errors[0].apiMessage, "busy");
});

test("an error that is not retried is no retry event", async (t) => {
  const { client, events, run } = world(t, { steps: [respond(404)] });
  const { error } = await run(client.getJob("job_1"));
  assert.deepEqual(
    events.map(({ type, status }) => [type, status]),
    [
      ["request", undefined],
      ["response", 404],
      ["error", undefined],
    ],
  );
  assert.deepEqual(events.at(-1), { type: "error", url, attempts: 1, error });
});

test("a request that failed for good is reported once, with its attempts and the error that the caller gets", async (t) => {
  for (const [step, code, attempts] of [
    [broken(), "connection_failed", 3],
    [respond(503), "server_error", 3],
    [silence(), "timeout", 3],
    [respond(200, "<html>"), "invalid_response", 1],
    [respond(200, { job: { id: 7 } }), "invalid_response", 1],
    [() => ({}), "invalid_argument", 1],
  ]) {
    await t.test(code, async (t) => {
      const { client, events, run, nothingAfter } = world(t, { steps: [step] });
      const { error } = await run(client.getJob("job_1"));
      assert.equal(error.code, code);
      const notified = events.filter(({ type }) => type === "error");
      assert.deepEqual(Object.keys(notified[0]), ["type", "url", "attempts", "error"]);
      assert.deepEqual(
        [notified.length, notified[0].url, notified[0].attempts, notified[0].error.code],
        [1, url, attempts, code],
      );
      assert.equal(events.at(-1), notified[0]);
      await nothingAfter();
    });
  }
});

test("a request that was aborted or whose client was closed has not failed", async (t) => {
  for (const end of [({ abort }) => abort.abort(), ({ client }) => client.close()]) {
    await t.test(async (t) => {
      const w = world(t, { steps: [silence()] });
      const outcome = outcomeOf(w.client.getJob("job_1", { signal: w.signal }));
      await w.clock.tickAsync(100);
      end(w);
      await w.clock.tickAsync(0);
      assert.equal(outcome.state, "rejected");
      assert.deepEqual(
        w.events.map(({ type }) => type),
        ["request"],
      );
      await w.nothingAfter();
    });
  }
});

test("what onEvent throws, rejects or returns is ignored", async (t) => {
  const bad = {
    throws: () => {
      throw new Error("mine");
    },
    "throws undefined": () => {
      throw undefined;
    },
    rejects: async () => {
      throw new Error("mine");
    },
    "never settles": () => new Promise(() => {}),
    "returns a thenable that throws": () => ({
      then() {
        throw new Error("mine");
      },
    }),
    "returns what throws when looked at": () => ({
      get then() {
        throw new Error("mine");
      },
    }),
    "returns a tampered promise": () =>
      Object.assign(Promise.resolve(), {
        then() {
          throw new Error("mine");
        },
      }),
    "changes the event": (event) => {
      for (const key of Object.keys(event)) delete event[key];
    },
    "freezes the event": (event) => Object.freeze(event),
  };
  const unhandled = [];
  const listener = (reason) => unhandled.push(reason);
  process.on("unhandledRejection", listener);
  t.after(() => process.off("unhandledRejection", listener));
  for (const [what, onEvent] of Object.entries(bad)) {
    await t.test(what, async (t) => {
      const steps = [respond(503), respond(200, jobBody())];
      const { client, requests, run, nothingAfter } = world(t, { steps, options: { onEvent } });
      assert.equal((await run(client.getJob("job_1"))).state, "resolved");
      assert.equal(requests.length, 2);
      await nothingAfter();
    });
  }
  await new Promise(setImmediate);
  assert.deepEqual(unhandled, []);
});

test("onEvent is called as a plain function with the event alone", async (t) => {
  const calls = [];
  const onEvent = function (...received) {
    calls.push([this, received.length]);
  };
  const { client, run } = world(t, { steps: [respond(200, jobBody())], options: { onEvent } });
  await run(client.getJob("job_1"));
  assert.deepEqual(calls, [
    [undefined, 1],
    [undefined, 1],
  ]);
});

test("onEvent may call the client and close it", async (t) => {
  let nested;
  const onEvent = ({ type, url }) => {
    if (type === "request" && url.endsWith("job_1")) nested = outcomeOf(client.getJob("job_2"));
    if (type === "response" && url.endsWith("job_2")) client.close();
  };
  const steps = [silence(), respond(200, jobBody({ id: "job_2" }))];
  const { client, run, nothingAfter } = world(t, { steps, options: { onEvent } });
  const { error } = await run(client.getJob("job_1"));
  assert.equal(error.code, "client_closed");
  assert.equal(nested.error.code, "client_closed");
  await nothingAfter();
});
