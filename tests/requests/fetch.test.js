// The fetch at hand: the caller's own, the global of the moment, and what mocks give for a Response.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network, respond } from "../support/network.js";
import { rejectionOf } from "../support/outcome.js";
import { ConnectionError, InvalidArgumentError, InvalidResponseError, PlangrepClient } from "../support/package.js";
import { job, jobBody, KEY } from "../support/samples.js";
import { world } from "../support/world.js";

const clientOf = (response, options) =>
  new PlangrepClient({ apiKey: KEY, maxRetries: 0, fetch: async () => response, ...options });
const mock = (members) =>
  Object.defineProperties({ status: 200, headers: new Headers() }, Object.getOwnPropertyDescriptors(members));

test("a fetch of the caller's is called as a plain function with a string and an init of plain values", async () => {
  const { fetch, requests } = network(respond(200, jobBody()));
  await new PlangrepClient({ apiKey: KEY, fetch }).getJob("job_1");
  const [request] = requests;
  assert.deepEqual([request.receiver, request.received, typeof request.url], [undefined, 2, "string"]);
  assert.equal(Object.getPrototypeOf(request.init), Object.prototype);
  assert.equal(Object.getPrototypeOf(request.init.headers), Object.prototype);
  assert.equal(request.init.headers.Authorization, `Bearer ${KEY}`);
  new Request(request.url, request.init);
});

test("the global fetch is looked up for each request", async (t) => {
  const client = new PlangrepClient({ apiKey: KEY });
  for (const id of ["job_1", "job_2"]) {
    const { fetch, requests } = network(respond(200, jobBody({ id })));
    t.mock.method(globalThis, "fetch", fetch);
    assert.equal((await client.getJob(id)).id, id);
    assert.equal(requests.length, 1);
    t.mock.restoreAll();
  }
});

test("a runtime without fetch is told so at once", async (t) => {
  t.mock.property?.(globalThis, "fetch", undefined);
  const { fetch } = globalThis;
  globalThis.fetch = undefined;
  t.after(() => (globalThis.fetch = fetch));
  const error = await rejectionOf(new PlangrepClient({ apiKey: KEY }).getJob("job_1"));
  assert.ok(error instanceof InvalidArgumentError, String(error));
  assert.equal(error.argument, "fetch");
});

test("a Response without a stream is read by text(), one with neither by json()", async () => {
  const text = async () => JSON.stringify(jobBody());
  const json = async () => jobBody();
  const { body, ...headless } = { status: 200, ok: true };
  for (const response of [
    mock({ text }),
    mock({ text, json: async () => "not asked" }),
    mock({ json }),
    mock({ body: undefined, text: () => JSON.stringify(jobBody()) }),
    mock({ body: { on() {}, pipe() {} }, text }),
    { ...headless, json },
    { ...headless, headers: { "x-request-id": "r" }, json },
    { ...headless, headers: new Map([["x-request-id", "r"]]), json },
    {
      ...headless,
      headers: {
        get: () => {
          throw new Error("no");
        },
      },
      json,
    },
  ]) {
    assert.deepEqual(await clientOf(response).getJob("job_1"), job());
  }
  const error = await rejectionOf(
    clientOf({ status: 404, json: async () => ({ code: "c", message: "m" }) }).getJob("job_1"),
  );
  assert.deepEqual([error.code, error.apiCode, error.apiMessage], ["not_found", "c", "m"]);
});

test("json()'s object is copied: the job is plain, and the mock's object is left alone", async () => {
  const given = Object.freeze({ job: Object.freeze({ ...job(), files: undefined, error: "x" }) });
  const value = await clientOf(mock({ json: async () => given })).getJob("job_1");
  assert.deepEqual([value.files, value.error], [[], { message: "x" }]);
  assert.notEqual(value, given.job);
});

test("a text() above 64 MiB is refused, and cut for an error", async () => {
  const huge = "y".repeat((64 << 20) + 1);
  const error = await rejectionOf(clientOf(mock({ text: async () => huge })).getJob("job_1"));
  assert.ok(error instanceof InvalidResponseError);
  assert.match(error.message, /64 MiB/);
  const failure = await rejectionOf(clientOf(mock({ status: 500, text: async () => huge })).getJob("job_1"));
  assert.equal(failure.body.length, 65_536);
});

test("what is no Response is refused, naming fetch", async () => {
  const trap = () => {
    throw new Error("trap");
  };
  const none = [
    undefined,
    null,
    1,
    "x",
    true,
    {},
    [],
    () => {},
    { status: "200" },
    { status: NaN },
    { status: -1 },
    { status: 200.5 },
    { status: 1e9 },
    { status: null },
    {
      get status() {
        return trap();
      },
    },
    new Proxy({}, { get: trap, getPrototypeOf: trap }),
  ];
  // A thenable is not in the list: it is awaited like a promise.
  for (const response of none) {
    if (response !== none.at(-1)) {
      const error = await rejectionOf(clientOf(response).getJob("job_1"));
      assert.ok(error instanceof InvalidArgumentError, `${String(response)}: ${error}`);
      assert.equal(error.argument, "fetch");
    }
  }
  const error = await rejectionOf(clientOf(none.at(-1)).getJob("job_1"));
  assert.ok(error instanceof ConnectionError, String(error));
});

test("a Response whose body cannot be read is connection_failed, whatever is wrong with it", async () => {
  const locked = new Response("x");
  locked.body.getReader();
  const stream = (read) => mock({ body: { getReader: () => ({ read, cancel() {} }) } });
  const fail = () => {
    throw new Error("no");
  };
  const tampered = Object.defineProperty(new Uint8Array(3), "byteLength", { get: fail });
  for (const response of [
    locked,
    mock({ text: fail }),
    mock({ text: async () => fail() }),
    mock({ text: async () => 5 }),
    mock({ text: async () => ({ toString: fail }) }),
    mock({ text: async () => Symbol("x") }),
    mock({ json: async () => fail() }),
    mock({ json: async () => undefined }),
    mock({ json: async () => 1n }),
    mock({
      get body() {
        return fail();
      },
    }),
    mock({ body: { getReader: fail } }),
    mock({ body: { getReader: () => null } }),
    mock({ body: { getReader: () => ({}) } }),
    stream(fail),
    stream(async () => fail()),
    stream(async () => null),
    stream(async () => undefined),
    stream(async () => ({ done: false })),
    stream(async () => ({ done: false, value: "text" })),
    stream(async () => ({ done: false, value: [1, 2] })),
    stream(async () => ({ done: false, value: { byteLength: 5 } })),
    stream(async () => ({ done: false, value: tampered })),
    stream(() => ({
      get done() {
        return fail();
      },
    })),
  ]) {
    const error = await rejectionOf(clientOf(response).getJob("job_1"));
    assert.ok(error instanceof ConnectionError || error instanceof InvalidResponseError, String(error));
    const failure = await rejectionOf(
      clientOf(Object.defineProperty(response, "status", { value: 500 })).getJob("job_1"),
    );
    assert.deepEqual([failure.code, failure.status], ["server_error", 500], String(failure));
  }
});

test("bytes of another realm and views of any kind are read", async () => {
  const { runInNewContext } = await import("node:vm");
  const foreign = runInNewContext("(bytes) => new Uint8Array(bytes)");
  const bytes = new TextEncoder().encode(JSON.stringify(jobBody()));
  for (const view of [foreign([...bytes]), Buffer.from(bytes), new Uint8ClampedArray(bytes)]) {
    const parts = [{ done: false, value: view }, { done: true }];
    const body = { getReader: () => ({ read: async () => parts.shift(), cancel() {} }) };
    assert.equal((await clientOf(mock({ body })).getJob("job_1")).id, "job_1");
  }
});

test("whatever a fetch throws is connection_failed with that as the cause", async () => {
  for (const thrown of [
    new TypeError("Failed to fetch"),
    new Error("x"),
    "text",
    7,
    undefined,
    null,
    Symbol("x"),
    {},
    [],
    Object.create(null),
  ]) {
    for (const fetch of [
      async () => {
        throw thrown;
      },
      () => {
        throw thrown;
      },
    ]) {
      const error = await rejectionOf(clientOf(null, { fetch }).getJob("job_1"));
      assert.ok(error instanceof ConnectionError, String(error));
      assert.equal(Object.hasOwn(error, "cause"), true);
      assert.equal(error.cause, thrown);
    }
  }
});

test("a response that is refused or given up has its stream cancelled, even where fetch ignores the signal", async (t) => {
  let cancelled = 0;
  const endless = () => new Response(new ReadableStream({ cancel: () => cancelled++ }), { status: 200 });
  const { client, run, nothingAfter } = world(t, { steps: [endless], options: { timeoutMs: 1000, maxRetries: 1 } });
  assert.equal((await run(client.getJob("job_1"))).error.code, "timeout");
  assert.equal(cancelled, 2);
  await nothingAfter();
});

test("a fetch that settles late, after the call has ended, changes nothing", async (t) => {
  for (const late of [() => Response.json(jobBody()), () => Promise.reject(new Error("late"))]) {
    await t.test(async (t) => {
      const step = () => new Promise((resolve) => setTimeout(() => resolve(late()), 5000));
      const { client, clock, events, run } = world(t, { steps: [step], options: { timeoutMs: 1000, maxRetries: 0 } });
      assert.equal((await run(client.getJob("job_1"))).error.code, "timeout");
      await clock.tickAsync(10_000);
      assert.deepEqual(
        events.map(({ type }) => type),
        ["request", "error"],
      );
    });
  }
});
