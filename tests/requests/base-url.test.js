// Where requests go: the base URL, and what it may not be.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network, respond } from "../support/network.js";
import { rejectionOf, thrownBy } from "../support/outcome.js";
import { InvalidArgumentError, PlangrepClient } from "../support/package.js";
import { jobBody, KEY } from "../support/samples.js";

async function requestedUrl(options) {
  const { fetch, requests } = network(respond(200, jobBody()));
  await new PlangrepClient({ fetch, ...options }).getJob("job_1");
  assert.equal(requests.length, 1);
  return requests[0].url;
}

test("the API's own address is the default", async () => {
  assert.equal(await requestedUrl({ apiKey: KEY }), "https://plangrep.com/api/open/v1/jobs/job_1");
});

test("a slash at the end changes nothing, and a path is kept", async () => {
  const path = "/api/open/v1/jobs/job_1";
  const cases = {
    "https://a.example": "https://a.example",
    "https://a.example/": "https://a.example",
    "https://a.example//": "https://a.example",
    "https://a.example/plangrep": "https://a.example/plangrep",
    "https://a.example/plangrep/": "https://a.example/plangrep",
    "https://a.example/a/b/../c/": "https://a.example/a/c",
    "HTTPS://A.Example:443/": "https://a.example",
    "https://a.example:8443/x": "https://a.example:8443/x",
    "https://bücher.example": "https://xn--bcher-kva.example",
    " https://a.example ": "https://a.example",
    "http://127.0.0.1:8080": "http://127.0.0.1:8080",
  };
  for (const [baseUrl, base] of Object.entries(cases)) {
    assert.equal(await requestedUrl({ apiKey: KEY, baseUrl }), base + path, baseUrl);
    assert.equal(await requestedUrl({ apiKey: KEY, baseUrl: new URL(baseUrl) }), base + path, `URL ${baseUrl}`);
  }
});

test("a URL of another realm or library is a URL too", async () => {
  const baseUrl = { href: "https://a.example/p", toString: () => "https://a.example/p" };
  assert.equal(await requestedUrl({ apiKey: KEY, baseUrl }), "https://a.example/p/api/open/v1/jobs/job_1");
});

test("changing the URL object later changes nothing", async () => {
  const { fetch, requests } = network(respond(200, jobBody()));
  const baseUrl = new URL("https://a.example/");
  const client = new PlangrepClient({ apiKey: KEY, baseUrl, fetch });
  baseUrl.host = "evil.example";
  await client.getJob("job_1");
  assert.equal(new URL(requests[0].url).host, "a.example");
});

test("what is no http(s) URL, or could carry the key away, is refused", () => {
  const refused = [
    ...["", " ", "\t\n", "https://", "http://a b/", "https://a.example:99999/", "//", "//a b/", "//a.example:99999"],
    ...["?x", "#x", "/plangrep?x=1", "/plangrep#x", "plangrep?", "//u:p@a.example", "//u@a.example"],
    ...[
      "ftp://a.example/",
      "file:///etc/passwd",
      "data:text/plain,x",
      "javascript:1",
      "blob:https://a.example/x",
      "ws://a.example",
    ],
    ...["https://u:p@a.example/", "https://u@a.example/", "https://:p@a.example/"],
    ...["https://a.example/?x=1", "https://a.example/?", "https://a.example/#x", "https://a.example/#"],
    ...[null, 1, true, [], {}, () => "https://a.example", Symbol("x"), { href: 1 }],
    {
      get href() {
        throw new Error("trap");
      },
    },
  ];
  for (const baseUrl of refused) {
    const error = thrownBy(() => new PlangrepClient({ baseUrl }));
    assert.ok(error instanceof InvalidArgumentError, `${String(baseUrl)}: ${error}`);
    assert.equal(error.argument, "baseUrl", String(baseUrl));
  }
});

test("a key goes over plain http to a loopback host only, be it a literal or a function", () => {
  const loopback = [
    "http://localhost",
    "http://localhost:3000/x",
    "http://127.0.0.1",
    "http://127.1.2.3:1",
    "http://[::1]:8",
    "http://api.localhost",
  ];
  const others = [
    "http://a.example",
    "http://10.0.0.1",
    "http://127.0.0.1.example",
    "http://localhost.example",
    "http://[::2]",
    "http://0.0.0.0",
    "http://169.254.169.254",
  ];
  for (const apiKey of [KEY, () => KEY]) {
    for (const baseUrl of loopback) new PlangrepClient({ apiKey, baseUrl });
    for (const baseUrl of others) {
      const error = thrownBy(() => new PlangrepClient({ apiKey, baseUrl }));
      assert.deepEqual([error.code, error.argument], ["invalid_argument", "baseUrl"], baseUrl);
    }
  }
  for (const baseUrl of [...loopback, ...others]) new PlangrepClient({ baseUrl });
});

test("where there is no page a relative one is taken, and each request with it is refused at once", async (t) => {
  process.env.PLANGREP_API_KEY = KEY;
  t.after(() => delete process.env.PLANGREP_API_KEY);
  for (const baseUrl of ["/plangrep", "plangrep", "./plangrep/", "plangrep.com", "//app.example", "/"]) {
    for (const own of [{}, { apiKey: KEY }, { apiKey: () => KEY }]) {
      const { fetch, requests } = network();
      const events = [];
      const client = new PlangrepClient({ baseUrl, fetch, onEvent: (event) => events.push(event), ...own });
      for (const call of [client.getJob("job_1"), client.listJobs("proj_1"), client.getJob("job_1")]) {
        const error = await rejectionOf(call);
        assert.ok(error instanceof InvalidArgumentError, `${baseUrl}: ${error}`);
        assert.equal(error.argument, "baseUrl");
        assert.match(error.message, /relative.* page/);
      }
      assert.deepEqual([requests, events], [[], []]);
    }
  }
});

test("a relative one from the environment is refused by its variable's name", async (t) => {
  process.env.PLANGREP_BASE_URL = "/plangrep";
  t.after(() => delete process.env.PLANGREP_BASE_URL);
  const error = await rejectionOf(new PlangrepClient({ fetch: network().fetch }).getJob("job_1"));
  assert.deepEqual([error.code, error.argument], ["invalid_argument", "baseUrl"]);
  assert.match(error.message, /PLANGREP_BASE_URL.*relative/);
});
