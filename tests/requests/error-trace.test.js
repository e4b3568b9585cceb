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
  "a check's argument": [() => clientOf(respond(200)), (client) => client.checkJob("job_1", 7)],
  "a check's error, which is a value": [
    () => clientOf(respond(404)),
    async (client) => {
      throw (await client.checkJob("job_1", null)).error;
    },
  ],
  "that of a check of a project": [
    () => clientOf(respond(503)),
    async (client) => {
      throw (await client.checkProject("proj_1", null)).error;
    },
  ],
  "a job that was to be resumed": [() => clientOf(respond(409)), (client) => client.resumeJob("job_1")],
  "the last error of a wait that is too long": [
    () => clientOf(respond(503), { pollFloorMs: 1 }),
    async (client) => {
      const error = await client.waitForJob("job_1", { maxWaitMs: 20, intervalMs: 1_000 }).catch((error) => error);
      throw error.lastError;
    },
  ],
};

// Three frames may be those of Node's timers, if one of them was due in the same turn.
for (const limit of [10, 5]) {
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
  // Not always the first: in a turn in which a timer was due, Node's own come before it.
  assert.match(framesOf(error).join("\n"), /at async loop .*error-trace\.test\.js/);
});

test("so is one over a watch of a project, and whoever awaits that", async () => {
  async function loop() {
    for await (const update of clientOf(respond(401)).watchProject("proj_1")) assert.fail(update);
  }
  async function itsCaller() {
    await loop();
  }
  const error = await itsCaller().then(assert.fail, (error) => error);
  const frames = framesOf(error).join("\n");
  assert.match(frames, /at async loop .*error-trace\.test\.js.*\n *at async itsCaller .*error-trace\.test\.js/);
});

for (const [status, what] of [
  [404, "ends its polling"],
  [503, "it survives"],
]) {
  test(`the error of a store that ${what} has the stack of who made it`, async () => {
    const client = clientOf(respond(status), { pollFloorMs: 1 });
    const theApplication = () => [client.observeJob("job_1"), client.observeProject("proj_1")];
    for (const store of theApplication()) {
      const error = await new Promise((resolve) => {
        const end = store.listen((state) => {
          if (state.error === null) return;
          end();
          resolve(state.error);
        });
        store.refresh();
      });
      assert.ok(error.stack.startsWith(`ApiError: ${error.message}\n    at theApplication (`), error.stack);
      assert.match(framesOf(error)[0], /error-trace\.test\.js/);
      assert.ok(!/wasm/.test(error.stack), error.stack);
    }
  });
}

test("an error that a callback is told of holds no frame of wasm", async () => {
  const told = [];
  const client = clientOf(respond(503), { pollFloorMs: 1, onEvent: ({ error }) => error && told.push(error) });
  const onPollError = (error) => told.push(error);
  await client.waitForJob("job_1", { intervalMs: 1, maxPollErrors: 1, onPollError }).then(assert.fail, () => {});
  assert.equal(told.length, 3, "of two requests, and of the poll that was survived");
  for (const error of told) assert.equal(error.stack, `ApiError: ${error.message}`);
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
