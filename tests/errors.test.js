// The error classes: real errors, recognised across copies and realms.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { createContext, runInContext } from "node:vm";
import { broken, network, respond, silence } from "./support/network.js";
import { rejectionOf, thrownBy } from "./support/outcome.js";
import * as exported from "./support/package.js";
import { KEY } from "./support/samples.js";

const own = { ...exported };
const { PlangrepClient, PlangrepError } = own;

const CLASSES = [
  "InvalidArgumentError",
  "ApiError",
  "ConnectionError",
  "TimeoutError",
  "InvalidResponseError",
  "WaitTimeoutError",
  "JobFailedError",
  "JobBlockedError",
];

/** One error of each class that a request can end with, of a copy of the package. */
async function errorsOf({ PlangrepClient }) {
  const ending = (step, options) =>
    rejectionOf(
      new PlangrepClient({ apiKey: KEY, fetch: network(step).fetch, maxRetries: 0, ...options }).getJob("job_1"),
    );
  const closed = new PlangrepClient({ apiKey: KEY });
  closed.close();
  return {
    InvalidArgumentError: thrownBy(() => new PlangrepClient({ timeoutMs: -1 })),
    ApiError: await ending(respond(404, { code: "c", message: "m" })),
    ConnectionError: await ending(broken()),
    TimeoutError: await ending(silence(), { timeoutMs: 1 }),
    InvalidResponseError: await ending(respond(200, "{}")),
    PlangrepError: await rejectionOf(closed.getJob("x")),
  };
}

test("each error is an Error of its class, with name, code, message, stack and exactly its own fields", async () => {
  const fields = {
    InvalidArgumentError: ["argument", "code"],
    ApiError: [
      "apiCode",
      "apiMessage",
      "attempts",
      "body",
      "code",
      "jobId",
      "requestId",
      "retryAfterMs",
      "status",
      "url",
    ],
    ConnectionError: ["attempts", "code", "jobId", "url"],
    TimeoutError: ["attempts", "code", "jobId", "timeoutMs", "url"],
    InvalidResponseError: ["code", "jobId", "path", "status", "url"],
    PlangrepError: ["code"],
  };
  for (const [name, error] of Object.entries(await errorsOf(own))) {
    assert.ok(error instanceof Error && error instanceof PlangrepError && error instanceof own[name], name);
    assert.equal(error.name, name);
    assert.equal(error.constructor.name, name);
    assert.equal(String(error), `${name}: ${error.message}`);
    assert.ok(error.message.length > 10 && typeof error.stack === "string", name);
    assert.deepEqual(Object.keys(error).sort(), fields[name], name);
    assert.equal(Object.hasOwn(error, "cause"), name === "ConnectionError", name);
    assert.equal(Object.prototype.toString.call(error), "[object Error]");
    assert.ok(inspect(error).startsWith(name) || inspect(error).includes(`[${name}]`), inspect(error));
  }
});

test("the classes form one family", () => {
  for (const name of CLASSES) {
    assert.equal(Object.getPrototypeOf(own[name]), PlangrepError, name);
    assert.equal(own[name].prototype.name, name);
    assert.equal(Object.keys(own[name].prototype).length, 0);
  }
  assert.equal(Object.getPrototypeOf(PlangrepError), Error);
});

test("PlangrepError.is knows the errors of another copy of the package, which instanceof does not", async () => {
  const other = await own.anotherCopy();
  assert.notEqual(other.PlangrepError, PlangrepError);
  for (const error of Object.values(await errorsOf(other))) {
    assert.equal(error instanceof PlangrepError, false);
    assert.equal(PlangrepError.is(error), true);
    assert.equal(other.PlangrepError.is(error), true);
  }
});

test("PlangrepError.is knows errors of another realm", async () => {
  const context = createContext({});
  // As a copy of the package would do it there.
  const error = runInContext(
    `class PlangrepError extends Error {}
     Object.defineProperty(PlangrepError.prototype, Symbol.for("plangrep-client.error"), { value: true });
     new PlangrepError("x")`,
    context,
  );
  assert.equal(error instanceof Error, false);
  assert.equal(PlangrepError.is(error), true);
});

test("PlangrepError.is says no to everything else and never throws", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const trap = new Proxy(
    {},
    {
      get() {
        throw new Error("trap");
      },
    },
  );
  const others = [
    undefined,
    null,
    1,
    "PlangrepError",
    true,
    Symbol("x"),
    1n,
    {},
    [],
    () => {},
    new Error("x"),
    new TypeError("x"),
    new DOMException("x"),
    { name: "PlangrepError", code: "timeout" },
    proxy,
    trap,
    PlangrepError,
  ];
  for (const value of others) assert.equal(PlangrepError.is(value), false);
  for (const name of CLASSES) assert.equal(own[name].is(new own[name]("x")), true);
});

test("the classes are constructed as Error is, for tests of those who use them", () => {
  for (const name of ["PlangrepError", ...CLASSES]) {
    const cause = new Error("why");
    const error = new own[name]("what", { cause });
    assert.deepEqual([error.message, error.cause, error.name], ["what", cause, name]);
    assert.equal(Object.hasOwn(new own[name](), "cause"), false);
  }
});

test("a client that is called without new, or a method that is called on something else, fails as JavaScript does", async () => {
  assert.throws(() => PlangrepClient(), TypeError);
  const { getJob } = PlangrepClient.prototype;
  await assert.rejects(async () => getJob.call({}, "x"), TypeError);
});
