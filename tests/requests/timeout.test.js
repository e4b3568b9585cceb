// One attempt ends after timeoutMs, wherever it hangs, and leaves nothing behind.

import assert from "node:assert/strict";
import { test } from "node:test";
import { heldDeadline } from "../faults/support/page/deadlines.js";
import { partial, respond, silence } from "../support/network.js";
import { outcomeOf, rejectionOf } from "../support/outcome.js";
import { ApiError, PlangrepClient, TimeoutError } from "../support/package.js";
import { jobBody, KEY } from "../support/samples.js";
import { serveBytes, until } from "../support/server.js";
import { world } from "../support/world.js";

const hanging = {
  "before the headers": silence(),
  "in the body of a success": partial(200, '{"job":'),
  "before the first byte of a success": partial(200, ""),
};

for (const [where, step] of Object.entries(hanging)) {
  test(`an attempt that hangs ${where} ends after timeoutMs; its request is aborted`, async (t) => {
    const options = { timeoutMs: 1234, maxRetries: 0 };
    const { client, requests, signal, run, nothingAfter } = world(t, { steps: [step], options });
    const { error, at } = await run(client.getJob("job_1", { signal }));
    assert.ok(error instanceof TimeoutError);
    assert.deepEqual([error.code, error.timeoutMs, error.attempts, at], ["timeout", 1234, 1, 1234]);
    assert.deepEqual([requests.length, requests[0].aborted], [1, true]);
    await nothingAfter();
  });
}

test("a timeout is retried, and every attempt has the whole time", async (t) => {
  const steps = [silence(), partial(200, "{"), respond(200, jobBody())];
  const { client, times, requests, run, nothingAfter } = world(t, { steps, options: { timeoutMs: 1000 } });
  const { state } = await run(client.getJob("job_1"));
  assert.equal(state, "resolved");
  assert.deepEqual(times(), [0, 1500, 3500]);
  assert.deepEqual(
    requests.map((request) => request.aborted),
    [true, true, false],
  );
  await nothingAfter();
});

test("the default is 30 seconds, and an option of the call wins over the client's", async (t) => {
  for (const [options, perCall, expected] of [
    [{}, {}, 30_000],
    [{ timeoutMs: 5000 }, {}, 5000],
    [{ timeoutMs: 5000 }, { timeoutMs: 700 }, 700],
    [{ timeoutMs: 5000 }, { timeoutMs: undefined }, 5000],
    [{ timeoutMs: undefined }, { timeoutMs: undefined }, 30_000],
    [{ timeoutMs: 0.5 }, {}, 1],
  ]) {
    await t.test(async (t) => {
      const { client, run } = world(t, { steps: [silence()], options: { maxRetries: 0, ...options } });
      assert.equal((await run(client.listJobs("proj_1", perCall))).at, expected);
    });
  }
});

test("a timeout above what one timer can hold does not fire at once", async (t) => {
  const options = { timeoutMs: 3e9, maxRetries: 0 };
  const { client, clock, run, requests } = world(t, { steps: [silence()], options });
  const call = client.getJob("job_1");
  await clock.tickAsync(2_999_999_000);
  assert.equal(requests[0].aborted, false);
  const { error, at } = await run(call);
  assert.deepEqual([error.code, at], ["timeout", 3e9]);
});

test("a response in time leaves no timer", async (t) => {
  const { client, requests, signal, run, nothingAfter } = world(t, { steps: [respond(200, jobBody())] });
  assert.equal((await run(client.getJob("job_1", { signal }))).state, "resolved");
  assert.equal(requests[0].aborted, false);
  await nothingAfter();
});

test("a body that trickles for ever ends after timeoutMs all the same", async (t) => {
  const step = ({ signal }) => {
    let timer;
    const body = new ReadableStream({
      start(controller) {
        timer = setInterval(() => controller.enqueue(new TextEncoder().encode(" ")), 20);
        signal.addEventListener("abort", () => controller.error(signal.reason));
      },
      cancel() {},
    });
    signal.addEventListener("abort", () => clearInterval(timer));
    return new Response(body);
  };
  const { client, clock, run } = world(t, { steps: [step], options: { timeoutMs: 1000, maxRetries: 0 } });
  const call = run(client.getJob("job_1"));
  await clock.tickAsync(1000);
  assert.deepEqual((await call).error.code, "timeout");
});

test("on a real socket, hanging in the headers and in the body, the connection is closed", async (t) => {
  const heads = [
    "",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n",
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"job\r\n',
  ];
  for (const head of heads) {
    let calls;
    const { url } = await serveBytes(t, (socket) => {
      calls = socket;
      socket.write(head);
    });
    const deadline = heldDeadline();
    const client = new PlangrepClient({ apiKey: KEY, baseUrl: url, timeoutMs: deadline.ms, maxRetries: 0 });
    const call = rejectionOf(client.getJob("job_1"));
    await until(() => calls && deadline.isAwaited());
    deadline.pass();
    const error = await call;
    assert.ok(error instanceof TimeoutError, `${head}: ${error}`);
    await until(() => calls.closed);
  }
});

test("an error's body that stalls gives the error at timeoutMs, with what had come of it", async (t) => {
  const steps = [partial(500, "half a pa", { headers: { "x-request-id": "r1" } })];
  const options = { timeoutMs: 1000, maxRetries: 0 };
  const { client, requests, run, nothingAfter } = world(t, { steps, options });
  const { error, at } = await run(client.getJob("job_1"));
  assert.ok(error instanceof ApiError);
  assert.deepEqual([error.status, error.body, error.requestId, at], [500, "half a pa", "r1", 1000]);
  assert.equal(requests[0].aborted, true);
  await nothingAfter();
});

test("a timer that comes late, behind a busy thread, lets what arrived meanwhile have its turn: no timeout, one request", async (t) => {
  // The response is there after 1 100 ms, too late; but the thread was busy from the start until 1 500 ms.
  const steps = [() => new Promise((resolve) => setTimeout(() => resolve(respond(200, jobBody())()), 1_100))];
  const { client, clock, requests, nothingAfter } = world(t, { steps, options: { timeoutMs: 1_000 } });
  const call = outcomeOf(client.getJob("job_1"));
  await clock.tickAsync(0);
  clock.jump(1_500);
  await clock.tickAsync(0);
  await clock.tickAsync(1);
  assert.deepEqual([call.state, requests.length, requests[0].aborted], ["resolved", 1, false]);
  await nothingAfter();
});

test("a timer that comes late and finds nothing is a timeout all the same", async (t) => {
  const { client, clock, requests, nothingAfter } = world(t, {
    steps: [silence()],
    options: { timeoutMs: 1_000, maxRetries: 0 },
  });
  const call = outcomeOf(client.getJob("job_1"));
  await clock.tickAsync(0);
  clock.jump(1_500);
  // A few turns of the thread, which last no time elsewhere than here.
  await clock.tickAsync(10);
  assert.deepEqual([call.state, call.error.code, requests[0].aborted], ["rejected", "timeout", true]);
  await nothingAfter();
});
