// Options that are not what they may be are refused, naming the one at fault, before anything is sent.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network } from "../support/network.js";
import { CLIENT_OPTIONS } from "../support/options.js";
import { rejectionOf, thrownBy } from "../support/outcome.js";
import { anotherCopy, InvalidArgumentError, PlangrepClient } from "../support/package.js";
import { KEY } from "../support/samples.js";

const trap = () => {
  throw new Error("trap");
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const NO_NUMBER = [
  NaN,
  -1,
  -0.5,
  Infinity,
  -Infinity,
  "5",
  "",
  null,
  true,
  {},
  [],
  [5],
  () => 5,
  Symbol("x"),
  5n,
  new Number(5),
  new Date(5),
];
const NO_FUNCTION = ["f", 1, null, true, {}, [], Symbol("x")];
const NO_FLAG = ["true", 1, 0, null, {}, [], "", () => true];
const NO_SIGNAL = [
  ...[
    null,
    true,
    1,
    "abort",
    {},
    [],
    () => {},
    Symbol("x"),
    new AbortController(),
    new EventTarget(),
    { aborted: false },
  ],
  ...[
    { aborted: "no", addEventListener() {}, removeEventListener() {} },
    { aborted: false, addEventListener() {} },
    revoked(),
  ],
  {
    get aborted() {
      return trap();
    },
  },
];

const perCall = {
  timeoutMs: [...NO_NUMBER, 0, -0],
  maxRetries: [...NO_NUMBER, 0.5, 1.000001],
  signal: NO_SIGNAL,
};
const perClient = {
  timeoutMs: perCall.timeoutMs,
  maxRetries: perCall.maxRetries,
  pollFloorMs: [...NO_NUMBER, 0, 0.999],
  maxConcurrency: [...NO_NUMBER.filter((value) => value !== Number.POSITIVE_INFINITY), 0, 0.5, 1.5],
  dangerouslyAllowBrowser: NO_FLAG,
  onEvent: NO_FUNCTION,
  fetch: NO_FUNCTION,
};

function assertRefused(error, argument, what) {
  assert.ok(error instanceof InvalidArgumentError, `${what}: ${error}`);
  assert.deepEqual([error.code, error.argument], ["invalid_argument", argument], what);
  assert.ok(error.message.startsWith(`${argument} `), error.message);
}
const show = (value) => `${typeof value} ${typeof value === "object" ? "" : String(value)}`;

for (const [option, values] of Object.entries(perClient)) {
  test(`the constructor refuses what is no ${option}`, () => {
    for (const value of values) {
      assertRefused(
        thrownBy(() => new PlangrepClient({ [option]: value })),
        option,
        `${option}: ${show(value)}`,
      );
    }
  });
}

for (const [option, values] of Object.entries(perCall)) {
  test(`a call refuses what is no ${option}, without a request`, async () => {
    const { fetch, requests } = network();
    const client = new PlangrepClient({ apiKey: KEY, fetch });
    for (const method of ["getJob", "listJobs"]) {
      for (const value of values) {
        assertRefused(await rejectionOf(client[method]("x", { [option]: value })), option, `${option}: ${show(value)}`);
      }
    }
    assert.equal(requests.length, 0);
  });
}

test("a name that is no option is refused: a typo is worth an error", async () => {
  const client = new PlangrepClient({ apiKey: KEY, fetch: network().fetch });
  for (const name of [
    "timeout",
    "timeoutms",
    "retries",
    "apikey",
    "baseURL",
    "base_url",
    "signal",
    "",
    "0",
    "toString",
    "constructor",
  ]) {
    assertRefused(
      thrownBy(() => new PlangrepClient({ [name]: 1 })),
      name,
      name,
    );
    // Also where its value is undefined: the name is wrong all the same.
    assertRefused(
      thrownBy(() => new PlangrepClient({ [name]: undefined })),
      name,
      name,
    );
    if (name !== "signal") assertRefused(await rejectionOf(client.getJob("x", { [name]: 1 })), name, name);
  }
  for (const name of ["apiKey", "intervalMs", "maxWaitMs", "onUpdate", "headers"]) {
    assertRefused(await rejectionOf(client.getJob("x", { [name]: 1 })), name, name);
  }
  const error = await rejectionOf(client.getJob("x", { timeout: 1 }));
  assert.equal(error.message, "timeout is no option here; there are signal, timeoutMs, maxRetries");
});

test("options that are no plain object are refused", async () => {
  const client = new PlangrepClient({ apiKey: KEY, fetch: network().fetch });
  const wrong = [
    ...[
      null,
      1,
      "x",
      "",
      true,
      [],
      [{}],
      () => {},
      Symbol("x"),
      1n,
      new Map([["timeoutMs", 5]]),
      new Set(),
      new Date(),
      /x/,
    ],
    // Easily passed by mistake.
    ...[new AbortController().signal, Promise.resolve({}), new URL("https://a.example"), new Headers(), revoked()],
  ];
  for (const options of wrong) {
    assertRefused(
      thrownBy(() => new PlangrepClient(options)),
      "options",
      show(options),
    );
    assertRefused(await rejectionOf(client.getJob("x", options)), "options", show(options));
    assertRefused(await rejectionOf(client.listJobs("x", options)), "options", show(options));
  }
});

test("options that throw when they are read are refused, naming the one at fault", async () => {
  const client = new PlangrepClient({ apiKey: KEY, fetch: network().fetch });
  for (const option of ["timeoutMs", "maxRetries", "signal"]) {
    const options = Object.defineProperty({}, option, { enumerable: true, get: trap });
    assertRefused(await rejectionOf(client.getJob("x", options)), option, option);
  }
  for (const option of CLIENT_OPTIONS) {
    const options = Object.defineProperty({}, option, { enumerable: true, get: trap });
    assertRefused(
      thrownBy(() => new PlangrepClient(options)),
      option,
      option,
    );
  }
  const keys = new Proxy({}, { ownKeys: trap });
  assertRefused(
    thrownBy(() => new PlangrepClient(keys)),
    "options",
    "ownKeys",
  );
  assertRefused(await rejectionOf(client.getJob("x", keys)), "options", "ownKeys");
  const tag = Object.defineProperty({}, Symbol.toStringTag, { get: trap });
  assertRefused(
    thrownBy(() => new PlangrepClient(tag)),
    "options",
    "toStringTag",
  );
  for (const headers of [
    new Proxy({}, { ownKeys: trap }),
    {
      get "x-a"() {
        return trap();
      },
    },
    revoked(),
    new Proxy({ a: "b" }, { get: trap }),
  ]) {
    assertRefused(
      thrownBy(() => new PlangrepClient({ headers })),
      "headers",
      "headers",
    );
  }
});

test("undefined is the same as not given, for the options as a whole and for each", async (t) => {
  const { fetch, requests } = network(() => Response.json({ jobs: [] }));
  const nothing = Object.fromEntries(
    [...Object.keys(perClient), "apiKey", "baseUrl", "headers"].map((name) => [name, undefined]),
  );
  // Without any option no key is left; the baseUrl of a server that adds one stands in the environment.
  process.env.PLANGREP_BASE_URL = "https://app.example/plangrep";
  t.after(() => delete process.env.PLANGREP_BASE_URL);
  new PlangrepClient();
  new PlangrepClient(undefined);
  const client = new PlangrepClient({ ...nothing, fetch });
  await client.listJobs("p");
  await client.listJobs("p", undefined);
  await client.listJobs("p", {});
  await client.listJobs("p", { signal: undefined, timeoutMs: undefined, maxRetries: undefined });
  assert.equal(requests.length, 4);
});

test("options may be frozen, without prototype, an instance with getters, or have a symbol", async () => {
  const { fetch, requests } = network(() => Response.json({ jobs: [] }));
  class Settings {
    apiKey = KEY;
    fetch = fetch;
    get timeoutMs() {
      return 1000;
    }
  }
  for (const options of [
    Object.freeze({ apiKey: KEY, fetch }),
    Object.assign(Object.create(null), { apiKey: KEY, fetch }),
    new Settings(),
    { apiKey: KEY, fetch, [Symbol("mine")]: 1 },
    Object.create({ apiKey: KEY, fetch }),
  ]) {
    await new PlangrepClient(options).listJobs("p", Object.freeze({ maxRetries: 0 }));
  }
  assert.equal(requests.length, 5);
});

/** Puts members on all objects, as an assignment does, until that is called which this gives. */
function putOnAll(members) {
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(Object.prototype, name, { __proto__: null, value, writable: true, configurable: true });
  }
  return () => {
    for (const name of Object.keys(members)) delete Object.prototype[name];
  };
}

test("what somebody has put on all objects is no option", async (t) => {
  const { fetch, requests } = network(() => Response.json({ jobs: [] }));
  const called = () => assert.fail("theirs was called");
  const takeAway = putOnAll({
    apiKey: "pgk_live_theirs",
    baseUrl: "https://theirs.example",
    fetch: called,
    headers: { "x-theirs": "1" },
    onEvent: called,
    timeoutMs: "1",
  });
  t.after(takeAway);
  await new PlangrepClient({ apiKey: KEY, fetch }).listJobs("p", {});
  const error = thrownBy(() => new PlangrepClient());
  takeAway();
  assert.deepEqual([error.code, error.argument], ["invalid_argument", "apiKey"]);
  assert.deepEqual(
    requests.map(({ url, init }) => [url, init.headers.Authorization, init.headers["x-theirs"]]),
    [["https://plangrep.com/api/open/v1/projects/p/jobs", `Bearer ${KEY}`, undefined]],
  );
});

test("get and set on all objects keep nobody from making a client and an error", async (t) => {
  const takeAway = putOnAll({ get: () => "theirs", set() {} });
  t.after(takeAway);
  const { PlangrepClient } = await anotherCopy();
  new PlangrepClient({ apiKey: KEY }).close();
  const error = thrownBy(() => new PlangrepClient({ apiKey: 1 }));
  takeAway();
  assert.deepEqual([error.name, error.argument], ["InvalidArgumentError", "apiKey"]);
});

test("the edges of what is allowed are taken", async () => {
  const { fetch, requests } = network(() => Response.json({ jobs: [] }));
  for (const options of [
    { timeoutMs: 1e-9 + 1, maxRetries: 0, pollFloorMs: 1, maxConcurrency: 1 },
    {
      timeoutMs: Number.MAX_VALUE,
      maxRetries: Number.MAX_SAFE_INTEGER,
      pollFloorMs: 1e12,
      maxConcurrency: Number.POSITIVE_INFINITY,
      dangerouslyAllowBrowser: true,
      onEvent() {},
    },
    { maxRetries: -0, dangerouslyAllowBrowser: false, headers: {} },
  ]) {
    await new PlangrepClient({ apiKey: KEY, fetch, ...options }).listJobs("p");
  }
  assert.equal(requests.length, 3);
});
