// Errors lead to the line of the application that made the call.

import assert from "node:assert/strict";
import { test } from "node:test";
import { broken, network, respond, silence } from "../support/network.js";
import {
  currentJob,
  hasResult,
  isBlocked,
  isKnownStatus,
  isTerminal,
  PlangrepClient,
  PlangrepError,
  progress,
  summarizeBilling,
} from "../support/package.js";
import { job, KEY } from "../support/samples.js";

const clientOf = (step, options) =>
  new PlangrepClient({ apiKey: KEY, fetch: network(step).fetch, maxRetries: 0, ...options });

/** The frames of a stack, as V8 writes them. */
const framesOf = (error) => error.stack.split("\n").filter((line) => line.startsWith("    at "));

const failing = {
  "an ApiError": [() => clientOf(respond(404)), (client) => client.getJob("job_1")],
  "a ConnectionError": [() => clientOf(broken()), (client) => client.getJob("job_1")],
  "a TimeoutError": [() => clientOf(silence(), { timeoutMs: 1 }), (client) => client.listJobs("proj_1")],
  "an InvalidResponseError": [() => clientOf(respond(200, {})), (client) => client.listJobs("proj_1")],
  "an error after a retry": [() => clientOf(respond(503, "", { "retry-after": "0" })), (client) => client.getJob("a")],
  "an argument that is wrong": [() => clientOf(respond(200)), (client) => client.getJob("a/b")],
  "a wait's error": [() => clientOf(respond(401)), (client) => client.waitForJob("job_1")],
  "the first of several waits": [() => clientOf(respond(401)), (client) => client.waitForJobs(["job_1", "job_2"])],
  "a wait that is too long": [() => clientOf(silence()), (client) => client.waitForJob("job_1", { maxWaitMs: 1 })],
  "a wait's argument": [() => clientOf(silence()), (client) => client.waitForJob("job_1", { maxWaitMs: "1" })],
  "a job that failed": [
    () => clientOf(respond(200, { job: job({ status: "failed" }) })),
    (client) => client.waitForJob("job_1", { throwOnFailure: true }),
  ],
  "a watch's error": [() => clientOf(respond(401)), (client) => client.watchJob("job_1").next()],
  "a watch of a project": [() => clientOf(respond(403)), (client) => client.watchProject("proj_1").next()],
};

for (const limit of [10, 3]) {
  for (const [what, [make, run]] of Object.entries(failing)) {
    test(`the stack of ${what} holds who awaits it, within ${limit} frames`, async (t) => {
      const { stackTraceLimit } = Error;
      t.after(() => Object.assign(Error, { stackTraceLimit }));
      const client = make();
      async function ofTheApplication() {
        await run(client);
      }
      async function itsCaller() {
        await ofTheApplication();
      }
      Error.stackTraceLimit = limit;
      const error = await itsCaller().then(assert.fail, (error) => error);
      assert.ok(error instanceof PlangrepError, String(error));
      const frames = framesOf(error);
      assert.ok(error.stack.startsWith(`${error.name}: ${error.message}\n`), error.stack);
      assert.match(frames.join("\n"), /at async ofTheApplication .*error-trace\.test\.js/);
      assert.match(frames.join("\n"), /at async itsCaller .*error-trace\.test\.js/);
      assert.ok(!/wasm/.test(frames.join("\n")), error.stack);
    });
  }
}

test("a for await loop over a watch is in the stack too", async () => {
  async function loop() {
    for await (const update of clientOf(respond(401)).watchJob("job_1")) assert.fail(update);
  }
  const error = await loop().then(assert.fail, (error) => error);
  assert.match(framesOf(error)[0], /at async loop .*error-trace\.test\.js/);
});

test("what is thrown at the call begins with the caller's line", (t) => {
  const client = clientOf(silence());
  const { stackTraceLimit } = Error;
  t.after(() => Object.assign(Error, { stackTraceLimit }));
  const calls = {
    constructor: () => new PlangrepClient({ timeoutMs: -1 }),
    watchJob: () => client.watchJob("a/b"),
    watchProject: () => client.watchProject("", {}),
    currentJob: () => currentJob(7),
    progress: () => progress(null),
    summarizeBilling: () => summarizeBilling("x"),
    from: () => PlangrepError.from(7),
  };
  for (const limit of [10, 1]) {
    for (const [name, call] of Object.entries(calls)) {
      const theCaller = () => call();
      Error.stackTraceLimit = limit;
      assert.throws(theCaller, (error) => {
        assert.ok(error instanceof PlangrepError, String(error));
        assert.match(framesOf(error)[0], new RegExp(`at (Object\\.)?${name} .*error-trace\\.test\\.js|${name}`), name);
        assert.match(framesOf(error)[0], /error-trace\.test\.js/, `${name}: ${error.stack}`);
        return true;
      });
    }
  }
  for (const call of [isTerminal, hasResult, isBlocked, isKnownStatus]) {
    const error = (() => {
      try {
        return call(7);
      } catch (error) {
        return error;
      }
    })();
    if (PlangrepError.is(error)) assert.match(framesOf(error)[0], /error-trace\.test\.js/, call.name);
  }
});

test("a subclass of the client is the application's, and stays in the stack", () => {
  class Ours extends PlangrepClient {
    watchJob(id) {
      return super.watchJob(id);
    }
  }
  assert.throws(
    () => new Ours({ apiKey: KEY }).watchJob(""),
    ({ stack }) => /at Ours\.watchJob/.test(stack),
  );
  assert.throws(
    () => new Ours({ apiKey: 7 }),
    ({ stack }) => /at new Ours/.test(stack),
  );
});

test("an abort's reason keeps its stack, whatever it is", async () => {
  const before = await clientOf(respond(404))
    .getJob("job_1")
    .then(assert.fail, (error) => error);
  for (const reason of [new Error("mine"), new DOMException("mine", "AbortError"), before, "text"]) {
    const { stack } = Object(reason);
    const controller = new AbortController();
    const call = clientOf(silence()).getJob("job_1", { signal: controller.signal });
    controller.abort(reason);
    const error = await call.then(assert.fail, (error) => error);
    assert.equal(error, reason);
    assert.equal(Object(error).stack, stack);
  }
});

test("what an error of ours is the cause of keeps its stack", async () => {
  const inner = await clientOf(respond(404))
    .getJob("job_1")
    .then(assert.fail, (error) => error);
  const { stack } = inner;
  const error = await clientOf(() => Promise.reject(inner))
    .getJob("job_1")
    .then(assert.fail, (error) => error);
  assert.equal(error.cause, inner);
  assert.equal(inner.stack, stack);
});

test("where the runtime has no captureStackTrace, errors come as ever", async (t) => {
  const { captureStackTrace } = Error;
  t.after(() => Object.assign(Error, { captureStackTrace }));
  delete Error.captureStackTrace;
  const error = await clientOf(respond(404))
    .getJob("job_1")
    .then(assert.fail, (error) => error);
  assert.equal(error.status, 404);
  assert.throws(() => new PlangrepClient({ timeoutMs: -1 }), { code: "invalid_argument" });
});

test("a success makes no stack", async (t) => {
  const captured = t.mock.method(Error, "captureStackTrace");
  const prepared = [];
  const { prepareStackTrace } = Error;
  t.after(() => Object.assign(Error, { prepareStackTrace }));
  Error.prepareStackTrace = (error) => prepared.push(error);
  await clientOf(respond(200, { job: job() })).getJob("job_1");
  assert.deepEqual([captured.mock.callCount(), prepared.length], [0, 0]);
});
