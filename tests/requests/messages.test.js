// Messages say what happened and what to do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network, respond } from "../support/network.js";
import { rejectionOf, thrownBy } from "../support/outcome.js";
import { PlangrepClient } from "../support/package.js";
import { job, KEY } from "../support/samples.js";

const URL_OF_IT = "https://api.example/api/open/v1/jobs/job_1";
const ended = (step, options) =>
  rejectionOf(
    new PlangrepClient({
      apiKey: KEY,
      baseUrl: "https://api.example",
      fetch: network(step).fetch,
      maxRetries: 0,
      ...options,
    }).getJob("job_1"),
  );
const NEEDS = "must give a Response that nobody has read, with a number as status, and text() or json() or a body";
const messageOf = async (step, options) => (await ended(step, options)).message;
const throwing = (thrown) => () => {
  throw thrown;
};
const coded = (message, code, more) => Object.assign(new Error(message), { code, ...more });

test("a connection that failed tells where, and the reason down to the last cause, with its code", async () => {
  const refused = new AggregateError(
    [coded("connect ECONNREFUSED ::1:80", "ECONNREFUSED"), coded("connect ECONNREFUSED 127.0.0.1:80", "ECONNREFUSED")],
    "",
  );
  const proxy = new Error("Request was cancelled.", {
    cause: coded("Proxy response (407) !== 200 when HTTP Tunneling", "UND_ERR_ABORTED"),
  });
  const cyclic = new Error("round");
  cyclic.cause = cyclic;
  const cases = [
    [new TypeError("Failed to fetch"), ": Failed to fetch"],
    [new TypeError("fetch failed", { cause: coded("read", "ECONNRESET") }), ": fetch failed: read (ECONNRESET)"],
    [
      new TypeError("fetch failed", { cause: Object.assign(refused, { code: "ECONNREFUSED" }) }),
      ": fetch failed: connect ECONNREFUSED ::1:80",
    ],
    [new TypeError("fetch failed", { cause: coded("", "ETIMEDOUT") }), ": fetch failed (ETIMEDOUT)"],
    [
      new TypeError("fetch failed", { cause: proxy }),
      ": fetch failed: Request was cancelled.: Proxy response (407) !== 200 when HTTP Tunneling (UND_ERR_ABORTED)",
    ],
    [cyclic, ": round"],
    ["just text", ": just text"],
    [undefined, ""],
    [null, ""],
    [7, ""],
    [new Error(""), ""],
    [{ message: 7, code: 8 }, ""],
  ];
  for (const [thrown, said] of cases) {
    assert.equal(await messageOf(throwing(thrown)), `Job job_1: The connection to ${URL_OF_IT} failed${said}`);
  }
  const trap = Object.defineProperty(new Error("x"), "cause", { get: () => assert.fail() });
  assert.match(await messageOf(throwing(trap)), /failed: x$/);
  assert.ok((await messageOf(throwing(new Error("y".repeat(1e6))))).length < 3000);
});

test("the key is masked in the reason, also where the reason is cut", async () => {
  const inner = coded(`Proxy-Authorization ${KEY}`, "UND_ERR");
  const message = await messageOf(throwing(new TypeError("fetch failed", { cause: inner })));
  assert.ok(message.endsWith(": fetch failed: Proxy-Authorization *** (UND_ERR)"), message);
  for (let kept = 1; kept < KEY.length; kept++) {
    const cut = await messageOf(throwing(new Error("y".repeat(2000 - kept) + KEY)));
    assert.ok(cut.endsWith(`${"y".repeat(2000 - kept)}***`), `${kept}: ${cut.slice(-40)}`);
  }
});

test("in a page of another origin, the server's or the page's policy may be the reason", async (t) => {
  const hint = " (the server, by CORS, or this page's policy may not allow it)";
  t.after(() => delete globalThis.location);
  for (const [origin, expected] of [
    ["https://page.example", hint],
    ["https://api.example:444", hint],
    ["null", hint],
    ["https://api.example", ""],
  ]) {
    globalThis.location = { origin, href: `${origin}/index.html` };
    const message = await messageOf(throwing(new TypeError("Failed to fetch")));
    assert.equal(message, `Job job_1: The connection to ${URL_OF_IT} failed: Failed to fetch${expected}`);
  }
});

test("a redirect is told as one, perhaps to a login", async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    const message = await messageOf(respond(status, "", { location: "https://sso.example/login" }));
    assert.match(message, /^Job job_1: The server answered with a redirect, perhaps to a login, .*baseUrl$/);
  }
  const opaque = () => ({ status: 0, type: "opaqueredirect", headers: new Headers(), body: null });
  assert.match(await messageOf(opaque), /perhaps to a login/);
});

test("a success whose body is an error tells what the server said, masked and cut", async () => {
  const invalid = "Job job_1: The answer is not what the API promises: job is not there";
  for (const [body, said] of [
    [{ error: { message: "maintenance" } }, "; the server said: maintenance"],
    [{ error: "maintenance" }, "; the server said: maintenance"],
    [{ message: "maintenance" }, "; the server said: maintenance"],
    [{ detail: "maintenance" }, "; the server said: maintenance"],
    [{ error: { code: "down" } }, "; the server said: down"],
    [{ error: { message: `no ${KEY}!` } }, "; the server said: no ***!"],
    [{ message: "z".repeat(5000) }, `; the server said: ${"z".repeat(200)}`],
    [{ message: `${"z".repeat(190)}${KEY}` }, `; the server said: ${"z".repeat(190)}***`],
    [{ error: null }, ""],
    [{}, ""],
  ]) {
    const error = await ended(respond(200, body));
    assert.deepEqual([error.code, error.path, error.message], ["invalid_response", "job", invalid + said]);
  }
  const list = await rejectionOf(
    new PlangrepClient({ apiKey: KEY, fetch: network(respond(200, { error: "maintenance" })).fetch }).listJobs("p"),
  );
  assert.ok(list.message.endsWith("jobs is not there; the server said: maintenance"), list.message);
});

test("a mock that gives no Response is told what is missing", async () => {
  const bodiless = [{ status: 200 }, { status: 200, headers: new Headers(), ok: true }, { status: 200, body: {} }];
  for (const given of [undefined, null, {}, { json: async () => ({}) }, { status: "200" }, "text", ...bodiless]) {
    const error = await ended(() => given);
    assert.deepEqual([error.code, error.argument], ["invalid_argument", "fetch"]);
    assert.equal(error.message, `Job job_1: fetch ${NEEDS}`);
  }
});

test("a mock that gives one Response again and again is told so, and is called once for each", async () => {
  for (const status of [200, 503]) {
    const response = new Response(JSON.stringify({ job: job() }), { status });
    const { fetch, requests } = network(() => response);
    const client = new PlangrepClient({ apiKey: KEY, fetch, maxRetries: 0 });
    await client.getJob("job_1").catch(() => {});
    const error = await rejectionOf(new PlangrepClient({ apiKey: KEY, fetch }).getJob("job_1"));
    assert.deepEqual([error.code, error.argument], ["invalid_argument", "fetch"]);
    assert.equal(error.message, `Job job_1: fetch ${NEEDS}`);
    assert.equal(requests.length, 2);
  }
});

test("an error's status counts though nothing can be read of its body", async () => {
  const error = await ended(() => ({ status: 404 }));
  assert.deepEqual([error.code, error.message], ["not_found", "Job job_1: The server answered 404"]);
});

test("an empty body is told as one", async () => {
  for (const given of [new Response(""), new Response(null), { status: 200, text: async () => "" }]) {
    const error = await ended(() => given);
    assert.equal(error.code, "invalid_response");
    assert.equal(error.message, "Job job_1: The answer is not what the API promises: its body is empty");
  }
});

test("Infinity is told that it must be finite, where it must", () => {
  const client = new PlangrepClient({ apiKey: KEY });
  const refusals = {
    timeoutMs: () => new PlangrepClient({ apiKey: KEY, timeoutMs: Infinity }),
    maxRetries: () => new PlangrepClient({ apiKey: KEY, maxRetries: Infinity }),
    pollFloorMs: () => new PlangrepClient({ apiKey: KEY, pollFloorMs: Infinity }),
    intervalMs: () => client.watchJob("j", { intervalMs: Infinity }),
    minIntervalMs: () => client.watchJob("j", { minIntervalMs: Infinity }),
    maxIntervalMs: () => client.watchJob("j", { maxIntervalMs: Infinity }),
    initialDelayMs: () => client.watchJob("j", { initialDelayMs: Infinity }),
  };
  for (const [name, call] of Object.entries(refusals)) assert.equal(thrownBy(call).message, `${name} must be finite`);
  for (const name of ["maxWaitMs", "maxPollErrors"]) client.watchJob("j", { [name]: Infinity });
  assert.match(thrownBy(() => client.watchJob("j", { intervalMs: -Infinity })).message, /must be a number/);
});

test("an interval below the floor is told the floor", () => {
  for (const pollFloorMs of [undefined, 7000]) {
    const client = new PlangrepClient({ apiKey: KEY, pollFloorMs });
    for (const name of ["intervalMs", "minIntervalMs", "maxIntervalMs"]) {
      const { message } = thrownBy(() => client.watchJob("j", { [name]: 100 }));
      assert.equal(message, `${name} must not be below pollFloorMs, which is ${pollFloorMs ?? 5000}`);
    }
  }
});
