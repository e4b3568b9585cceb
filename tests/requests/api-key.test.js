// The key: a literal, a function called before each attempt, or the environment's.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { network, respond } from "../support/network.js";
import { rejectionOf, thrownBy } from "../support/outcome.js";
import { InvalidArgumentError, PlangrepClient, TimeoutError } from "../support/package.js";
import { jobBody, KEY } from "../support/samples.js";
import { world } from "../support/world.js";

const bearers = (requests) => requests.map(({ init }) => init.headers.Authorization);

test("the key function, synchronous or not, is called anew for every attempt", async (t) => {
  for (const wrap of [(key) => key, async (key) => key, (key) => ({ then: (resolve) => resolve(key) })]) {
    await t.test(async (t) => {
      let calls = 0;
      const apiKey = function (...received) {
        assert.deepEqual([received, this], [[], undefined]);
        return wrap(`key-${++calls}`);
      };
      const steps = [respond(503), respond(429), respond(200, jobBody())];
      const { client, requests, run, nothingAfter } = world(t, { steps, options: { apiKey } });
      assert.equal((await run(client.getJob("job_1"))).state, "resolved");
      assert.deepEqual(bearers(requests), ["Bearer key-1", "Bearer key-2", "Bearer key-3"]);
      await nothingAfter();
      assert.equal(calls, 3);
    });
  }
});

test("a key function that throws or rejects ends the call with its reason as the cause, and no request", async () => {
  const reason = new Error("vault sealed");
  const failing = [
    () => {
      throw reason;
    },
    async () => {
      throw reason;
    },
    () => Promise.reject(reason),
    () => ({ then: (_, reject) => reject(reason) }),
    () => ({
      get then() {
        throw reason;
      },
    }),
    () =>
      Object.defineProperty(Promise.resolve(KEY), "constructor", {
        get() {
          throw reason;
        },
      }),
    () =>
      Object.assign(Promise.resolve(KEY), {
        then() {
          throw reason;
        },
      }),
  ];
  for (const apiKey of failing) {
    const { fetch, requests } = network(respond(200, jobBody()));
    const error = await rejectionOf(new PlangrepClient({ apiKey, fetch }).getJob("job_1"));
    assert.ok(error instanceof InvalidArgumentError, `${apiKey}: ${error}`);
    assert.deepEqual([error.argument, error.cause, requests.length], ["apiKey", reason, 0], String(apiKey));
  }
});

test("a cause that is no error is kept as it is, undefined included", async () => {
  for (const reason of [undefined, null, "sealed", 7]) {
    const { fetch } = network();
    const apiKey = () => Promise.reject(reason);
    const error = await rejectionOf(new PlangrepClient({ apiKey, fetch }).getJob("job_1"));
    assert.equal(Object.hasOwn(error, "cause"), true);
    assert.equal(error.cause, reason);
  }
});

test("a key that cannot be a header value is refused: a literal by the constructor, a function's by the call", async () => {
  const bad = [
    ...["", " ", "a b", " a", "a\n", "a\r\nx: y", "a\0", "a\tb", "ä", "“key”", "\u200bkey", "😀", "\x7f"],
    ...[null, 1, true, {}, [], [KEY], Symbol("x"), 1n, new String(KEY)],
  ];
  for (const value of bad) {
    const thrown = thrownBy(() => new PlangrepClient({ apiKey: value }));
    assert.ok(thrown instanceof InvalidArgumentError, `${String(value)}: ${thrown}`);
    assert.equal(thrown.argument, "apiKey");
    for (const apiKey of [() => value, async () => value]) {
      const { fetch, requests } = network();
      const error = await rejectionOf(new PlangrepClient({ apiKey, fetch }).getJob("job_1"));
      assert.ok(error instanceof InvalidArgumentError, `${String(value)}: ${error}`);
      assert.deepEqual([error.argument, requests.length, Object.hasOwn(error, "cause")], ["apiKey", 0, false]);
    }
  }
  const { fetch } = network();
  assert.equal(
    (await rejectionOf(new PlangrepClient({ apiKey: () => undefined, fetch }).getJob("job_1"))).argument,
    "apiKey",
  );
});

test("what the refused key was is in no message", () => {
  const error = thrownBy(() => new PlangrepClient({ apiKey: `${KEY}\n` }));
  assert.equal(`${error.message}${error.stack}`.includes(KEY), false);
});

test("the error of a key function is not retried", async (t) => {
  let calls = 0;
  const apiKey = () => {
    calls++;
    throw new Error("no");
  };
  const { client, requests, run, nothingAfter } = world(t, { steps: [respond(200, jobBody())], options: { apiKey } });
  const { error, at } = await run(client.getJob("job_1"));
  await nothingAfter();
  assert.deepEqual([error.argument, at, calls, requests.length], ["apiKey", 0, 1, 0]);
});

test("a key function that never answers counts against timeoutMs, and is called again by a retry", async (t) => {
  let calls = 0;
  const apiKey = () => {
    calls++;
    return new Promise(() => {});
  };
  const options = { apiKey, timeoutMs: 1000, maxRetries: 1 };
  const { client, requests, run, nothingAfter } = world(t, { steps: [respond(200, jobBody())], options });
  const { error, at } = await run(client.getJob("job_1"));
  assert.ok(error instanceof TimeoutError);
  assert.deepEqual([error.timeoutMs, error.attempts, at, calls, requests.length], [1000, 2, 2500, 2, 0]);
  await nothingAfter();
});

test("a key that comes after the time is up starts no request", async (t) => {
  const apiKey = () => new Promise((resolve) => setTimeout(() => resolve(KEY), 1500));
  const options = { apiKey, timeoutMs: 1000, maxRetries: 0 };
  const { client, clock, requests, run, nothingAfter } = world(t, { steps: [respond(200, jobBody())], options });
  assert.equal((await run(client.getJob("job_1"))).error.code, "timeout");
  await clock.tickAsync(1000);
  assert.equal(requests.length, 0);
  await nothingAfter();
});

test("the environment gives what the options leave out, in this order: option, variable, default", () => {
  const script = `
    import { PlangrepClient } from ${JSON.stringify(new URL("../support/package.js", import.meta.url).href)};
    const calls = [];
    const fetch = async (url, init) => {
      calls.push([url.split("/api/")[0], init.headers.Authorization ?? null]);
      return Response.json({ jobs: [] });
    };
    for (const options of [{}, { apiKey: "own", baseUrl: "https://own.example" }, { apiKey: undefined, baseUrl: undefined }]) {
      await new PlangrepClient({ fetch, ...options }).listJobs("p");
    }
    console.log(JSON.stringify(calls));`;
  const run = (variables) => {
    const { PLANGREP_API_KEY, PLANGREP_BASE_URL, ...env } = process.env;
    const args = ["--input-type=module", "--eval", script];
    const cwd = fileURLToPath(new URL("../..", import.meta.url));
    const options = { cwd, env: { ...env, ...variables }, encoding: "utf8", timeout: 60_000, killSignal: "SIGKILL" };
    return JSON.parse(execFileSync(process.execPath, args, options));
  };
  const own = ["https://own.example", "Bearer own"];
  const set = ["https://env.example/x", "Bearer env-key"];
  const keyed = { PLANGREP_API_KEY: "env-key", PLANGREP_BASE_URL: "" };
  const based = { PLANGREP_API_KEY: "", PLANGREP_BASE_URL: "https://env.example/x" };
  assert.deepEqual(run({ PLANGREP_API_KEY: "env-key", PLANGREP_BASE_URL: "https://env.example/x/" }), [set, own, set]);
  const [keyAlone, baseAlone] = [
    ["https://plangrep.com", "Bearer env-key"],
    ["https://env.example/x", null],
  ];
  assert.deepEqual(run(keyed), [keyAlone, own, keyAlone]);
  assert.deepEqual(run(based), [baseAlone, own, baseAlone]);
});

test("a variable that holds no usable value is refused, naming the option and the variable", (t) => {
  const cases = [
    ["PLANGREP_API_KEY", "key\n", "apiKey"],
    ["PLANGREP_BASE_URL", "https://", "baseUrl"],
    ["PLANGREP_BASE_URL", "/plangrep?x", "baseUrl"],
    ["PLANGREP_BASE_URL", "https://a.example/?x", "baseUrl"],
  ];
  for (const [variable, value, argument] of cases) {
    process.env[variable] = value;
    t.after(() => delete process.env[variable]);
    const error = thrownBy(() => new PlangrepClient());
    delete process.env[variable];
    assert.deepEqual([error.code, error.argument], ["invalid_argument", argument]);
    assert.match(error.message, new RegExp(variable));
  }
});

test("no key anywhere and the API's own address are refused when the client is made, naming option and variable", (t) => {
  const variables = ["PLANGREP_API_KEY", "PLANGREP_BASE_URL"];
  const before = variables.map((name) => process.env[name]);
  const set = (values) =>
    variables.forEach((name, at) => {
      if (values[at] === undefined) delete process.env[name];
      else process.env[name] = values[at];
    });
  t.after(() => set(before));
  const { fetch, requests } = network();
  for (const values of [[], [""], ["", ""], [undefined, "https://plangrep.com/"]]) {
    set(values);
    for (const options of [
      undefined,
      {},
      { apiKey: undefined, fetch },
      { baseUrl: "https://plangrep.com" },
      { baseUrl: new URL("HTTPS://Plangrep.com:443/") },
    ]) {
      const error = thrownBy(() => new PlangrepClient(options));
      assert.deepEqual([error.code, error.argument], ["invalid_argument", "apiKey"], JSON.stringify([values, options]));
      assert.match(error.message, /PLANGREP_API_KEY.*baseUrl/);
    }
    // Any other address may be a server that adds the key.
    for (const baseUrl of ["https://app.example", "https://plangrep.com/mine", "http://localhost:1", "/plangrep"]) {
      new PlangrepClient({ baseUrl });
    }
    new PlangrepClient({ apiKey: KEY });
    new PlangrepClient({ apiKey: () => "" });
  }
  assert.equal(requests.length, 0);
});

test("whoever misspelt an option hears of that, not of the key that is missing too", () => {
  assert.equal(thrownBy(() => new PlangrepClient({ apikey: KEY })).argument, "apikey");
  assert.equal(thrownBy(() => new PlangrepClient({ timeoutMs: -1 })).argument, "timeoutMs");
});
