// Redirects are not followed, and the key goes nowhere else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network } from "../support/network.js";
import { rejectionOf } from "../support/outcome.js";
import { ApiError, PlangrepClient } from "../support/package.js";
import { jobBody, KEY } from "../support/samples.js";
import { sendJson, serve } from "../support/server.js";

test("a redirect, to another host or the same, is an http_error, and its target is never requested", async (t) => {
  const other = await serve(t, (_, response) => sendJson(response, 200, jobBody()));
  for (const status of [301, 302, 303, 307, 308]) {
    for (const location of [
      `${other.url}/api/open/v1/jobs/job_1`,
      "/elsewhere",
      "//evil.example/",
      "/api/open/v1/jobs/job_1",
    ]) {
      const { url, requests } = await serve(t, (_, response) => response.writeHead(status, { location }).end("moved"));
      const error = await rejectionOf(new PlangrepClient({ apiKey: KEY, baseUrl: url }).getJob("job_1"));
      assert.ok(error instanceof ApiError, String(error));
      assert.deepEqual([error.code, error.status, error.attempts, requests.length], ["http_error", status, 1, 1]);
      assert.match(error.message, /redirect.*baseUrl/);
    }
  }
  assert.equal(other.requests.length, 0);
});

test("a redirect that the browser hides is an http_error with status 0", async () => {
  // What a browser makes of it: an opaque response.
  const opaque = Object.create(Response.prototype, {
    status: { value: 0 },
    body: { value: null },
    headers: { value: new Headers() },
  });
  const { fetch, requests } = network(() => opaque);
  const error = await rejectionOf(new PlangrepClient({ apiKey: KEY, fetch }).getJob("job_1"));
  assert.ok(error instanceof ApiError);
  assert.deepEqual([error.code, error.status, error.body, requests.length], ["http_error", 0, "", 1]);
  assert.match(error.message, /redirect.*baseUrl/);
});

test("fetch is told not to follow and not to answer from a cache", async () => {
  const { fetch, requests } = network(() => Response.json(jobBody()));
  await new PlangrepClient({ apiKey: KEY, fetch }).getJob("job_1");
  const { method, redirect, cache, signal, ...rest } = requests[0].init;
  assert.deepEqual([method, redirect, cache, Object.keys(rest)], ["GET", "manual", "no-store", ["headers"]]);
  assert.ok(signal instanceof AbortSignal);
});
