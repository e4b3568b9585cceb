// What the runtime around the client has or lacks: a page, a worker, no environment, an odd global.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network, respond } from "../support/network.js";
import { rejectionOf, thrownBy } from "../support/outcome.js";
import { InvalidArgumentError, PlangrepClient } from "../support/package.js";
import { jobBody, KEY } from "../support/samples.js";

/** What each test found, by the name of the global. */
const found = new WeakMap();

/** Sets globals until the end of the test; `undefined` takes one away. */
function withGlobals(t, globals) {
  if (!found.has(t)) {
    const before = new Map();
    found.set(t, before);
    t.after(() => {
      for (const [name, was] of before) {
        if (was) Object.defineProperty(globalThis, name, was);
        else delete globalThis[name];
      }
    });
  }
  for (const [name, value] of Object.entries(globals)) {
    const before = found.get(t);
    if (!before.has(name)) before.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}

const surroundings = {
  "a page": (href) => ({ window: { document: {} }, location: { href } }),
  "a worker of a page": (href) => ({ WorkerGlobalScope: class {}, location: { href } }),
};

const PROXY = "https://app.example/plangrep";

async function request(options) {
  const { fetch, requests } = network(respond(200, jobBody()));
  const key = "apiKey" in options || "baseUrl" in options ? {} : { baseUrl: PROXY };
  await new PlangrepClient({ fetch, ...key, ...options }).getJob("job_1");
  return requests[0];
}

for (const [name, globals] of Object.entries(surroundings)) {
  test(`in ${name} a literal key is refused unless that is asked for; a function is taken`, async (t) => {
    withGlobals(t, globals("https://app.example/jobs/"));
    for (const options of [{}, { dangerouslyAllowBrowser: false }, { dangerouslyAllowBrowser: undefined }]) {
      const error = thrownBy(() => new PlangrepClient({ apiKey: KEY, ...options }));
      assert.ok(error instanceof InvalidArgumentError);
      assert.equal(error.argument, "apiKey");
      assert.match(error.message, /dangerouslyAllowBrowser/);
      assert.equal(error.message.includes(KEY), false);
    }
    const allowed = await request({ apiKey: KEY, dangerouslyAllowBrowser: true });
    assert.equal(allowed.init.headers.Authorization, `Bearer ${KEY}`);
    assert.equal((await request({ apiKey: () => KEY })).init.headers.Authorization, `Bearer ${KEY}`);
  });

  test(`in ${name} no User-Agent is sent, unless the caller gives one`, async (t) => {
    withGlobals(t, globals("https://app.example/"));
    assert.deepEqual((await request({})).init.headers, { Accept: "application/json" });
    assert.equal((await request({ headers: { "user-agent": "mine" } })).init.headers["user-agent"], "mine");
  });

  test(`in ${name} the base URL may be relative`, async (t) => {
    withGlobals(t, globals("https://app.example/jobs/7?x=1#y"));
    const path = "/api/open/v1/jobs/job_1";
    assert.equal((await request({ baseUrl: "/plangrep" })).url, `https://app.example/plangrep${path}`);
    assert.equal((await request({ baseUrl: "plangrep/" })).url, `https://app.example/jobs/plangrep${path}`);
    assert.equal((await request({ baseUrl: "//api.example" })).url, `https://api.example${path}`);
    assert.equal((await request({ baseUrl: "https://api.example" })).url, `https://api.example${path}`);
    assert.equal((await request({ apiKey: () => KEY })).url, `https://plangrep.com${path}`);
    for (const baseUrl of ["", " ", "?x", "#x", "javascript:1", "/p?x", "//u:p@api.example"]) {
      assert.equal(thrownBy(() => new PlangrepClient({ baseUrl })).argument, "baseUrl", baseUrl);
    }
  });

  test(`in ${name} that came over plain http, a key goes to a relative base URL on loopback only`, async (t) => {
    withGlobals(t, globals("http://app.example/"));
    assert.equal((await request({ baseUrl: "/p" })).url, "http://app.example/p/api/open/v1/jobs/job_1");
    assert.equal(thrownBy(() => new PlangrepClient({ apiKey: () => KEY, baseUrl: "/p" })).argument, "baseUrl");
    globalThis.location.href = "http://localhost:5173/";
    assert.equal(
      (await request({ apiKey: () => KEY, baseUrl: "/p" })).url,
      "http://localhost:5173/p/api/open/v1/jobs/job_1",
    );
  });
}

test("a relative base URL counts from what the document says, and carries no credentials of the page", async (t) => {
  const cases = [
    ["https://app.example/jobs/7", "https://app.example/other/", "plangrep", "https://app.example/other/plangrep"],
    ["https://app.example/jobs/7", "https://cdn.example/x/", "/plangrep", "https://cdn.example/plangrep"],
    ["about:srcdoc", "https://app.example/jobs/7", "/plangrep", "https://app.example/plangrep"],
    ["about:blank", "https://app.example/jobs/7", "plangrep", "https://app.example/jobs/plangrep"],
    ["https://u:p@app.example/", "https://u:p@app.example/", "/plangrep", "https://app.example/plangrep"],
    ["https://app.example/", "https://u:p@app.example:8443/a/b", "./c/", "https://app.example:8443/a/c"],
  ];
  for (const [href, baseURI, baseUrl, expected] of cases) {
    const document = { baseURI };
    withGlobals(t, { window: { document }, document, location: { href } });
    assert.equal((await request({ baseUrl })).url, `${expected}/api/open/v1/jobs/job_1`, href);
  }
});

test("a base URL is resolved for each request: a page that moves on takes the client along", async (t) => {
  const document = { baseURI: "https://app.example/a/" };
  withGlobals(t, { window: { document }, document, location: { href: "https://app.example/a/" } });
  const { fetch, requests } = network(() => Response.json(jobBody()));
  const client = new PlangrepClient({ baseUrl: "plangrep", fetch });
  await client.getJob("job_1");
  document.baseURI = "https://app.example/b/";
  await client.getJob("job_1");
  assert.deepEqual(
    requests.map(({ url }) => url),
    ["a", "b"].map((folder) => `https://app.example/${folder}/plangrep/api/open/v1/jobs/job_1`),
  );
});

test("a client that was made where there is no page works once there is one", async (t) => {
  const { fetch, requests } = network(() => Response.json(jobBody()));
  const client = new PlangrepClient({ baseUrl: "/plangrep", fetch });
  assert.equal((await rejectionOf(client.getJob("job_1"))).argument, "baseUrl");
  withGlobals(t, { window: { document: {} }, location: { href: "https://app.example/jobs" } });
  await client.getJob("job_1");
  assert.deepEqual(
    requests.map(({ url }) => url),
    ["https://app.example/plangrep/api/open/v1/jobs/job_1"],
  );
});

test("a worker out of a blob has its page's origin, and a page without an address has none", async (t) => {
  class WorkerGlobalScope {}
  const blob = { WorkerGlobalScope, location: { href: "blob:https://app.example/7" }, origin: "https://app.example" };
  withGlobals(t, blob);
  assert.equal((await request({ baseUrl: "/p" })).url, "https://app.example/p/api/open/v1/jobs/job_1");
  for (const href of ["data:text/javascript,1", "about:blank", "blob:null/7"]) {
    withGlobals(t, { location: { href }, origin: "null" });
    const error = await rejectionOf(request({ baseUrl: "/p" }));
    assert.deepEqual([error.code, error.argument], ["invalid_argument", "baseUrl"], href);
    assert.match(error.message, /relative.* page/);
  }
});

for (const [name, globals] of Object.entries(surroundings)) {
  test(`in ${name} a key from the environment is not pulled in where the caller's baseUrl is a server that adds it`, async (t) => {
    withGlobals(t, globals("http://localhost:3000/"));
    process.env.PLANGREP_API_KEY = KEY;
    t.after(() => delete process.env.PLANGREP_API_KEY);
    for (const baseUrl of ["/plangrep", "plangrep", PROXY, "http://app.example/p", new URL(PROXY)]) {
      assert.equal("Authorization" in (await request({ baseUrl })).init.headers, false, String(baseUrl));
    }
    // Without a server of one's own the key was meant, and may not be here.
    for (const options of [{}, { baseUrl: "https://plangrep.com" }]) {
      assert.equal(thrownBy(() => new PlangrepClient(options)).argument, "apiKey");
    }
    const allowed = await request({ apiKey: undefined, dangerouslyAllowBrowser: true });
    assert.equal(allowed.init.headers.Authorization, `Bearer ${KEY}`);
  });
}

test("a worker of Deno is no page: a literal key is taken, and a relative base URL has nothing to count from", async (t) => {
  withGlobals(t, { WorkerGlobalScope: class {}, Deno: {}, location: { href: "file:///srv/worker.js" } });
  const { headers } = (await request({ apiKey: KEY })).init;
  assert.equal(headers.Authorization, `Bearer ${KEY}`);
  assert.match(headers["User-Agent"], /^plangrep-client/);
  assert.equal((await rejectionOf(request({ baseUrl: "/p" }))).argument, "baseUrl");
});

test("making a client reads no clock and draws no number", (t) => {
  const calls = [];
  const trap = (name) => () => {
    calls.push(name);
    return 0;
  };
  t.mock.method(Date, "now", trap("Date.now"));
  t.mock.method(performance, "now", trap("performance.now"));
  t.mock.method(Math, "random", trap("Math.random"));
  t.mock.method(crypto, "getRandomValues", trap("crypto.getRandomValues"));
  new PlangrepClient({ apiKey: KEY });
  new PlangrepClient({ baseUrl: "/plangrep" });
  assert.deepEqual(calls, []);
});

test("a runtime whose environment cannot be read is one without", async (t) => {
  const trap = () => {
    throw new Error("not allowed");
  };
  for (const process of [
    undefined,
    {},
    { env: null },
    {
      get env() {
        return trap();
      },
    },
    { env: new Proxy({}, { get: trap }) },
  ]) {
    await t.test(async (t) => {
      withGlobals(t, { process });
      const call = request({});
      withGlobals(t, { process: globalThis.process });
      assert.equal((await call).url, `${PROXY}/api/open/v1/jobs/job_1`);
    });
  }
});

test("a runtime whose Request knows no cache is not asked for one", async (t) => {
  withGlobals(t, { Request: class {} });
  assert.equal("cache" in (await request({})).init, false);
  globalThis.Request = undefined;
  assert.equal("cache" in (await request({})).init, false);
});

test("a runtime without performance measures with Date", async (t) => {
  withGlobals(t, { performance: undefined });
  const events = [];
  await request({ onEvent: (event) => events.push(event) });
  assert.ok(events[1].durationMs >= 0 && Number.isFinite(events[1].durationMs));
});

test("a runtime without URL, AbortController or timers is named when a client is made", async (t) => {
  for (const name of ["URL", "AbortController", "setTimeout", "clearTimeout"]) {
    await t.test(name, (t) => {
      withGlobals(t, { [name]: undefined });
      const error = thrownBy(() => new PlangrepClient({ apiKey: KEY }));
      assert.deepEqual(
        [error instanceof InvalidArgumentError, error.argument, error.message],
        [true, name, `${name} is needed: this runtime has none of its own`],
      );
    });
  }
});
