// Ids are one path segment: what may be one is encoded, the rest is refused before any request.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network } from "../support/network.js";
import { rejectionOf } from "../support/outcome.js";
import { InvalidArgumentError, PlangrepClient } from "../support/package.js";
import { jobBody, KEY } from "../support/samples.js";
import { sendJson, serve } from "../support/server.js";

const methods = [
  ["getJob", "jobId"],
  ["listJobs", "projectId"],
];

test("an id that is no single path segment, or no string, is refused without a request", async () => {
  const refused = [
    ...[
      "",
      ".",
      "..",
      "a/b",
      "/",
      "a\\b",
      "a?b",
      "a#b",
      "%2e%2e",
      "%",
      "a\nb",
      "a\rb",
      "\0",
      "\x1f",
      "\x7f",
      "\x80",
      "\x9f",
    ],
    ...[
      "\ud800",
      "a\udfff",
      "\udc00\ud800",
      "../../projects/x",
      "job_1/../job_2",
      "//evil.example",
      "https://evil.example/",
      "x".repeat(1025),
    ],
    ...[
      undefined,
      null,
      1,
      NaN,
      true,
      1n,
      Symbol("id"),
      {},
      [],
      ["job_1"],
      () => "job_1",
      new String("job_1"),
      new Date(0),
    ],
    { toString: () => "job_1" },
    new Proxy(
      {},
      {
        get: () => {
          throw new Error("trap");
        },
      },
    ),
  ];
  const { fetch, requests } = network();
  const client = new PlangrepClient({ apiKey: KEY, fetch });
  for (const [method, argument] of methods) {
    for (const id of refused) {
      const error = await rejectionOf(client[method](id));
      assert.ok(error instanceof InvalidArgumentError, `${method} of ${typeof id}: ${error}`);
      assert.deepEqual([error.code, error.argument], ["invalid_argument", argument]);
      assert.ok(error.message.startsWith(`${argument} `), error.message);
    }
  }
  assert.equal(requests.length, 0);
});

test("everything else in an id is percent-encoded and arrives as it was given", async (t) => {
  const ids = [
    "job_01hy3m8qtn2e5r7k9p0w4x1def",
    "...",
    "a b",
    "ä€😀",
    "a:b@c",
    "a+b&c=d;e,f",
    "!$'()*[]{}|^`\"<>",
    "~-._",
    "…",
    "\u2028",
  ];
  const calls = [];
  const { url } = await serve(t, (request, response) => {
    calls.push(request.url);
    sendJson(response, 200, jobBody({ id: decodeURIComponent(request.url.split("/").at(-1)) }));
  });
  const client = new PlangrepClient({ apiKey: KEY, baseUrl: url });
  for (const id of ids) assert.equal((await client.getJob(id)).id, id);
  assert.deepEqual(
    calls.map((path) => decodeURIComponent(path)),
    ids.map((id) => `/api/open/v1/jobs/${id}`),
  );
  for (const path of calls) assert.match(path, /^\/api\/open\/v1\/jobs\/(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+$/);
});
