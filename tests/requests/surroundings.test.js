// What the runtime around the client has or lacks: a page, a worker, no environment, an odd global.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, network } from "../support/network.js";
import { thrownBy } from "../support/outcome.js";
import { InvalidArgumentError, PlangrepClient } from "../support/package.js";
import { jobBody, KEY } from "../support/samples.js";

/** Sets globals until the end of the test; `undefined` takes one away. */
function withGlobals(t, globals) {
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]));
  }
}

const surroundings = {
  "a page": (href) => ({ window: { document: {} }, location: { href } }),
  "a worker of a page": (href) => ({ WorkerGlobalScope: class {}, location: { href } }),
};

async function request(options) {
  const { fetch, requests } = network(answer(200, jobBody()));
  await new PlangrepClient({ fetch, ...options }).getJob("job_1");
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
    assert.equal((await request({})).url, `https://plangrep.com${path}`);
    for (const baseUrl of ["", "?x", "#x", "javascript:1"]) {
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
      assert.equal((await call).url, "https://plangrep.com/api/open/v1/jobs/job_1");
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
