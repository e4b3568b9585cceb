// The key is in nothing that the package hands out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { network, partial, respond } from "../support/network.js";
import { rejectionOf } from "../support/outcome.js";
import { PlangrepClient } from "../support/package.js";
import { jobBody, KEY } from "../support/samples.js";
import { world } from "../support/world.js";

const escapes = {
  "as it is": KEY,
  "with \\u": [...KEY].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  "with \\U in capitals": [...KEY]
    .map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`)
    .join(""),
  "half and half": KEY.replaceAll("_", "\\u005f"),
};

/** Everything by which a value can be looked at, as one text. */
function everythingOf(value) {
  const clone = () => {
    try {
      return structuredClone(value);
    } catch {
      return null;
    }
  };
  const texts = [value, clone()].flatMap((one) => [
    inspect(one, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null }),
    JSON.stringify(one) ?? "",
    String(one),
    one?.stack,
    one?.message,
    one?.cause && everythingOf(one.cause),
  ]);
  return texts.join("\n");
}

function assertFree(value, what) {
  const text = everythingOf(value);
  assert.equal(
    text.includes(KEY),
    false,
    `${what}: ${text.slice(Math.max(0, text.indexOf(KEY) - 100), text.indexOf(KEY) + 100)}`,
  );
  assert.equal(JSON.stringify(text).includes(escapes["with \\u"].slice(0, 30)), false, what);
  for (const escaped of Object.values(escapes)) assert.equal(text.includes(escaped), false, `${what}: ${escaped}`);
}

const clientOf = (...steps) => new PlangrepClient({ apiKey: KEY, fetch: network(...steps).fetch, maxRetries: 0 });

test("the client shows nothing", async () => {
  for (const apiKey of [KEY, () => KEY]) {
    const client = new PlangrepClient({ apiKey, fetch: network(respond(200, jobBody())).fetch });
    assertFree(client, "client");
    await client.getJob("job_1");
    assertFree(client, "client after a call");
    assert.deepEqual(Object.keys(client), []);
    // Its methods, which work detached from it.
    for (const name of Reflect.ownKeys(client)) assert.equal(String(client[name]), "function () { [native code] }");
  }
});

const bodies = {
  text: (key) => `no such key: ${key}.`,
  "text that is the key": (key) => key,
  HTML: (key) => `<html><pre>Authorization: Bearer ${key}</pre></html>`,
  "a JSON message": (key) => `{"code":"bad_key","message":"unknown key ${key}!"}`,
  "a JSON error": (key) => `{"error":"${key}"}`,
  "a JSON code": (key) => `{"error":{"code":"${key}","message":"x"}}`,
  "a JSON detail": (key) => `{"detail":"${key}"}`,
  "deep in JSON, as value and name": (key) => `{"request":{"headers":[{"${key}":["Bearer ${key}"]}]}}`,
  "a JSON string": (key) => `"${key}"`,
  "truncated JSON": (key) => `{"message":"unknown key ${key}`,
  "twice in a row": (key) => key + key,
};
for (const [how, escaped] of Object.entries(escapes)) {
  test(`a server that echoes the key ${how}: it is masked in body, message, apiCode and apiMessage`, async () => {
    for (const [where, body] of Object.entries(bodies)) {
      for (const status of [401, 500]) {
        const error = await rejectionOf(clientOf(respond(status, body(escaped))).getJob("job_1"));
        assert.equal(error.status, status, where);
        assertFree(error, where);
        assert.ok(JSON.stringify(error.body).includes("***"), where);
      }
    }
  });
}

test("masking leaves the rest of a JSON body readable", async () => {
  for (const escaped of Object.values(escapes)) {
    const body = `{"code":"bad_key","message":"unknown key ${escaped}!","n":1,"list":[true,null]}`;
    const error = await rejectionOf(clientOf(respond(401, body)).getJob("job_1"));
    assert.deepEqual(error.body, { code: "bad_key", message: "unknown key ***!", n: 1, list: [true, null] });
    assert.deepEqual([error.apiCode, error.apiMessage], ["bad_key", "unknown key ***!"]);
    assert.equal(error.message, "Job job_1: The server answered 401: unknown key ***!");
  }
});

test("a key that the end of a cut body cuts in two is masked as well", async (t) => {
  for (const [how, escaped] of Object.entries(escapes)) {
    for (let kept = 1; kept < escaped.length; kept += 3) {
      const error = await rejectionOf(clientOf(respond(500, "x".repeat(65_536 - kept) + escaped)).getJob("job_1"));
      assert.equal(error.body, `${"x".repeat(65_536 - kept)}***`, `${how}, ${kept} characters`);
    }
  }
  await t.test("a stalled one too", async (t) => {
    const { client, run } = world(t, { steps: [partial(500, `key ${KEY.slice(0, -1)}`)], options: { maxRetries: 0 } });
    assert.equal((await run(client.getJob("job_1"))).error.body, "key ***");
  });
});

test("the key in a response's headers is masked in the error and in events", async (t) => {
  const headers = { "x-request-id": `req-${KEY}-1` };
  const steps = [respond(503, "", headers), respond(400, "", headers)];
  const { client, events, run } = world(t, { steps });
  const { error } = await run(client.getJob("job_1"));
  assert.equal(error.requestId, "req-***-1");
  assert.deepEqual(
    events.filter(({ type }) => type === "response").map(({ requestId }) => requestId),
    ["req-***-1", "req-***-1"],
  );
  assertFree(error, "error");
  assertFree(events, "events");
});

test("the key in a success that is no JSON is masked in the message", async () => {
  for (const escaped of Object.values(escapes)) {
    for (const body of [
      `<b>${escaped}</b>`,
      escaped,
      `${"y".repeat(30)}${escaped}`,
      `${"y".repeat(1990)}${escaped}`,
      escaped.repeat(500),
    ]) {
      const error = await rejectionOf(clientOf(respond(200, body)).getJob("job_1"));
      assert.equal(error.code, "invalid_response");
      assertFree(error, body);
      // Not even a part of it that would tell.
      assert.equal(error.message.includes(KEY.slice(0, 12)), false, error.message);
    }
  }
});

test("what fetch throws is kept as the cause if it is free of the key, else only its name and message, masked", async () => {
  const request = new Request("https://a.example", { headers: { authorization: `Bearer ${KEY}` } });
  const cyclic = new Error("cyclic");
  Object.assign(cyclic, { self: cyclic, cause: { cyclic } });
  const web = Array.from({ length: 30 }, (_, index) => ({ index }));
  for (const node of web) node.all = web;
  const leaking = {
    "in its message": new TypeError(`invalid header Bearer ${KEY}`),
    "in its stack only": Object.assign(new Error("x"), { stack: `at ${KEY}` }),
    "in a property": Object.assign(new Error("x"), { config: { headers: { Authorization: `Bearer ${KEY}` } } }),
    "in a property's name": Object.assign(new Error("x"), { headers: { [KEY]: 1 } }),
    "in a hidden property": Object.defineProperty(new Error("x"), "hidden", { value: KEY }),
    "under a symbol": Object.assign(new Error("x"), { [Symbol("h")]: KEY }),
    "in a symbol's name": Object.assign(new Error("x"), { [Symbol(KEY)]: 1 }),
    "in its cause": new Error("x", { cause: new Error(KEY) }),
    "in one of several": new AggregateError([new Error("y"), new Error(KEY)], "x"),
    "in a Request": Object.assign(new Error("x"), { request }),
    "in Headers": Object.assign(new Error("x"), { headers: request.headers }),
    "in a Map": Object.assign(new Error("x"), { map: new Map([["k", KEY]]) }),
    "in bytes": Object.assign(new Error("x"), { bytes: Buffer.from(KEY) }),
    "behind a getter": Object.defineProperty(new Error("x"), "lazy", { enumerable: true, get: () => KEY }),
    "in a function's property": Object.assign(new Error("x"), { log: Object.assign(() => {}, { KEY }) }),
    "as a string": `failed with ${KEY}`,
    "as an object": { authorization: KEY },
    "in a DOMException": new DOMException(`no ${KEY}`, "NetworkError"),
    "nowhere, but in cycles": cyclic,
    "nowhere, but in a web of cycles": Object.assign(new Error("web"), { web }),
  };
  for (const [where, thrown] of Object.entries(leaking)) {
    const fetch = async () => {
      throw thrown;
    };
    const started = performance.now();
    const error = await rejectionOf(new PlangrepClient({ apiKey: KEY, fetch, maxRetries: 0 }).getJob("job_1"));
    assert.ok(performance.now() - started < 1000, `${where} took too long`);
    assert.equal(error.code, "connection_failed");
    assertFree(error, where);
    if (thrown instanceof Error) {
      assert.deepEqual(
        [error.cause.name, error.cause.message],
        [thrown.name, thrown.message.replaceAll(KEY, "***")],
        where,
      );
    }
  }
  const harmless = Object.assign(
    new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET", errno: -104 }) }),
    { tries: [1, { ok: false }] },
  );
  const fetch = async () => {
    throw harmless;
  };
  assert.equal(
    (await rejectionOf(new PlangrepClient({ apiKey: KEY, fetch, maxRetries: 0 }).getJob("job_1"))).cause,
    harmless,
  );
});

test("where the language's own objects are frozen, an error that holds the key is masked as anywhere", async (t) => {
  const name = Object.getOwnPropertyDescriptor(Error.prototype, "name");
  t.after(() => Object.defineProperty(Error.prototype, "name", name));
  Object.defineProperty(Error.prototype, "name", { ...name, writable: false });
  const fetch = () => Promise.reject(new TypeError(`no host ${KEY}`));
  const error = await rejectionOf(new PlangrepClient({ apiKey: KEY, fetch, maxRetries: 0 }).getJob("job_1"));
  assert.deepEqual(
    [error.code, error.cause.name, error.cause.message],
    ["connection_failed", "TypeError", "no host ***"],
  );
});

test("a stream that breaks with the key in its error shows it neither", async () => {
  const step = () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new Error(`at ${KEY}`)) }));
  const error = await rejectionOf(clientOf(step).getJob("job_1"));
  assert.deepEqual([error.code, error.cause.message], ["connection_failed", "at ***"]);
  assertFree(error, "stream");
});

test("a key function's key is masked as well, each attempt's own", async (t) => {
  const keys = ["first-key-0001", "second-key-0002"];
  let calls = 0;
  const options = { apiKey: () => keys[calls++], maxRetries: 1 };
  const { client, events, run } = world(t, {
    steps: [(init) => respond(503, `key ${init.headers.Authorization}`)()],
    options,
  });
  const { error } = await run(client.getJob("job_1"));
  assert.equal(error.body, "key Bearer ***");
  assert.equal(events.find(({ type }) => type === "retry").error.body, "key Bearer ***");
});

test("keys of odd characters are masked without breaking what they stand in", async () => {
  for (const key of [
    'a"b_1234',
    "a\\b_1234",
    "\\".repeat(8),
    '"'.repeat(8),
    "/".repeat(9),
    "a/b_1234",
    "eeeeeeee",
    "11111111",
    "{{{{{{{{",
    "********",
    "$&$&$&$&",
    "(.+)(.+)",
    "pgk[1]-1",
  ]) {
    for (const body of [JSON.stringify({ code: "c", message: `<${key}>` }), `text ${key} text`]) {
      const { fetch } = network(respond(401, body));
      const error = await rejectionOf(new PlangrepClient({ apiKey: key, fetch }).getJob("job_1"));
      assert.equal(error.status, 401);
      if (!key.includes("*")) {
        assert.equal(inspect(error, { depth: 9 }).includes(key), false, `${key} in ${body}`);
        assert.equal(JSON.stringify(error.body).includes(JSON.stringify(key).slice(1, -1)), false, `${key} in ${body}`);
      }
    }
  }
});

test("a key of less than eight characters is a word of a test, and garbles nothing", async () => {
  for (const apiKey of ["test", "e", "1234567"]) {
    const reason = Object.assign(new Error(`connect to the latest ${apiKey}`), { code: "ECONNRESET" });
    const thrown = new TypeError("fetch failed", { cause: reason });
    const clientOf = (step) => new PlangrepClient({ apiKey, fetch: network(step).fetch, maxRetries: 0 });
    const error = await rejectionOf(clientOf(() => Promise.reject(thrown)).getJob("job_1"));
    assert.equal(error.cause, thrown);
    assert.ok(
      error.message.endsWith(`failed: fetch failed: connect to the latest ${apiKey} (ECONNRESET)`),
      error.message,
    );
    const refused = await rejectionOf(clientOf(respond(401, { message: `the ${apiKey}` })).getJob("job_1"));
    assert.equal(refused.message, `Job job_1: The server answered 401: the ${apiKey}`);
    assert.deepEqual(refused.body, { message: `the ${apiKey}` });
  }
});

test("nothing is written to the console", async (t) => {
  const written = [];
  for (const name of ["log", "info", "warn", "error", "debug", "trace"]) {
    t.mock.method(console, name, (...received) => written.push([name, ...received]));
  }
  await rejectionOf(clientOf(respond(401, KEY)).getJob("job_1"));
  await rejectionOf(clientOf(respond(200, "x")).getJob("job_1"));
  await clientOf(respond(200, jobBody())).getJob("job_1");
  assert.deepEqual(written, []);
});

test("a key given as an id is refused, and told by nobody", async () => {
  const { fetch, requests } = network(respond(404));
  const events = [];
  const client = new PlangrepClient({ apiKey: KEY, fetch, onEvent: (event) => events.push(event) });
  for (const id of [KEY, `job_${KEY}`, `${KEY} `]) {
    const calls = {
      getJob: () => client.getJob(id),
      listJobs: () => client.listJobs(id),
      resumeJob: () => client.resumeJob(id),
      cancelJob: () => client.cancelJob(id),
      waitForJob: () => client.waitForJob(id),
      waitForJobs: () => client.waitForJobs(["job_1", id]),
      checkJob: () => client.checkJob(id),
      checkProject: () => client.checkProject(id),
      watchJob: async () => client.watchJob(id),
      watchProject: async () => client.watchProject(id),
      observeJob: async () => client.observeJob(id),
      observeProject: async () => client.observeProject(id),
      nudge: async () => client.nudge(id),
    };
    for (const [name, call] of Object.entries(calls)) {
      const error = await rejectionOf(call());
      const argument =
        { waitForJobs: "jobIds", nudge: "id" }[name] ?? (/Project|list/.test(name) ? "projectId" : "jobId");
      assert.deepEqual([error.code, error.argument], ["invalid_argument", argument], name);
      const where = name === "waitForJobs" ? ", at index 1" : "";
      assert.equal(error.message, `${argument} holds the API key${where}`);
      assertFree(error, name);
    }
  }
  assert.deepEqual([requests, events], [[], []]);
});

for (const [how, key, id] of [
  ["whole", KEY, KEY],
  ["in a part", KEY, `job_${KEY}`],
  ["percent-encoded", `${KEY}+(=`, `${KEY}+(=`],
]) {
  test(`so is what a key function gives, ${how}, when it is called`, async (t) => {
    const { client, requests, events, run } = world(t, { steps: [respond(404)], options: { apiKey: async () => key } });
    const calls = {
      getJob: () => client.getJob(id),
      listJobs: () => client.listJobs(id),
      cancelJob: () => client.cancelJob(id),
      waitForJob: () => client.waitForJob(id, { maxWaitMs: 60_000 }),
      waitForJobs: () => client.waitForJobs([id], { maxWaitMs: 60_000 }),
      checkJob: async () => Promise.reject((await client.checkJob(id)).error),
      watchJob: () => client.watchJob(id).next(),
    };
    for (const [name, call] of Object.entries(calls)) {
      const { error } = await run(call());
      const argument = name === "listJobs" ? "projectId" : "jobId";
      assert.deepEqual([error.code, error.argument], ["invalid_argument", argument], name);
      assert.equal(error.message, `${argument} holds the API key`);
      for (const seen of [error, error.toJSON(), events]) assertFree(seen, name);
    }
    assert.deepEqual([requests, events], [[], []]);
  });
}

test("a base URL that holds a literal key is refused, and told by nobody", () => {
  for (const baseUrl of [`https://api.example/${KEY}`, `https://${KEY.replaceAll("_", "-")}.example/${KEY}/v1/`]) {
    assert.throws(
      () => new PlangrepClient({ apiKey: KEY, baseUrl }),
      (error) => {
        assert.deepEqual([error.argument, error.message], ["baseUrl", "baseUrl holds the API key"]);
        assertFree(error, "baseUrl");
        return true;
      },
    );
  }
  new PlangrepClient({ apiKey: "test", baseUrl: "https://test.example/test" }).close();
});

test("an id that has a test's short key in it is an id", async () => {
  const client = new PlangrepClient({ apiKey: "test", fetch: network(respond(200, jobBody({ id: "test_1" }))).fetch });
  assert.equal((await client.getJob("test_1")).id, "test_1");
});
