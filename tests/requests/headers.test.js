// What a request carries: method, headers, and nothing of the caller's that could replace the key.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network, respond } from "../support/network.js";
import { thrownBy } from "../support/outcome.js";
import { InvalidArgumentError, PlangrepClient } from "../support/package.js";
import { completed, jobBody, KEY, listJobsBody } from "../support/samples.js";
import { sendJson, serve } from "../support/server.js";

const answering = (t) =>
  serve(t, (request, response) => sendJson(response, 200, request.url.endsWith("/jobs") ? listJobsBody : jobBody()));

test("Get Job is a GET with the key as a bearer token, asking for JSON, with no body", async (t) => {
  const { url, requests } = await answering(t);
  await new PlangrepClient({ apiKey: KEY, baseUrl: url }).getJob("job_1");
  assert.equal(requests.length, 1);
  const [{ method, url: path, headers }] = requests;
  assert.deepEqual([method, path], ["GET", "/api/open/v1/jobs/job_1"]);
  assert.equal(headers.authorization, `Bearer ${KEY}`);
  assert.equal(headers.accept, "application/json");
  assert.match(headers["user-agent"], /^plangrep-client\/\d+\.\d+\.\d+$/);
  assert.equal(headers["content-length"] ?? headers["transfer-encoding"], undefined);
});

test("List Jobs is a GET of the project's jobs", async (t) => {
  const { url, requests } = await answering(t);
  const jobs = await new PlangrepClient({ apiKey: KEY, baseUrl: url }).listJobs("proj_1");
  assert.deepEqual(jobs, JSON.parse(listJobsBody).jobs.map(completed));
  assert.deepEqual(
    requests.map(({ method, url }) => [method, url]),
    [["GET", "/api/open/v1/projects/proj_1/jobs"]],
  );
});

test("without a key no Authorization header is sent", async (t) => {
  const { url, requests } = await answering(t);
  await new PlangrepClient({ baseUrl: url }).getJob("job_1");
  assert.equal("authorization" in requests[0].headers, false);
});

test("extra headers are added, and replace Accept and User-Agent whatever their case", async (t) => {
  const { url, requests } = await answering(t);
  const headers = { "X-Tenant": "a b", accept: "application/json;v=2", "user-agent": "mine/1", empty: "" };
  await new PlangrepClient({ apiKey: KEY, baseUrl: url, headers }).getJob("job_1");
  const sent = requests[0].headers;
  assert.deepEqual(
    [sent["x-tenant"], sent.accept, sent["user-agent"], sent.empty, sent.authorization],
    ["a b", "application/json;v=2", "mine/1", "", `Bearer ${KEY}`],
  );
});

test("a header named __proto__ is handed to fetch like any other", async () => {
  const { fetch, requests } = network(respond(200, jobBody()));
  await new PlangrepClient({ apiKey: KEY, fetch, headers: { ["__proto__"]: "x" } }).getJob("job_1");
  assert.equal(Object.getOwnPropertyDescriptor(requests[0].init.headers, "__proto__").value, "x");
});

test("later changes of the headers object change nothing", async (t) => {
  const { url, requests } = await answering(t);
  const headers = { "x-a": "1" };
  const client = new PlangrepClient({ baseUrl: url, headers });
  headers["x-a"] = "2";
  headers.authorization = "Bearer other";
  await client.getJob("job_1");
  assert.deepEqual([requests[0].headers["x-a"], requests[0].headers.authorization], ["1", undefined]);
});

test("headers that replace the key or cannot be sent are refused", () => {
  const refused = {
    Authorization: { Authorization: "Bearer x" },
    "authorization in another case": { aUTHORIZATION: "Basic x" },
    "a line break in a value": { "x-a": "b\r\nauthorization: c" },
    "a line feed alone": { "x-a": "b\nc" },
    NUL: { "x-a": "b\0c" },
    "not ASCII": { "x-a": "ä" },
    "a blank at the end": { "x-a": "b " },
    "a line break in a name": { "x-a\r\ny": "b" },
    "a colon in a name": { "x:a": "b" },
    "a blank in a name": { "x a": "b" },
    "an empty name": { "": "b" },
    "a number": { "x-a": 1 },
    undefined: { "x-a": undefined },
    null: { "x-a": null },
    "a list": { "x-a": ["b"] },
    Headers: new Headers({ "x-a": "b" }),
    "a Map": new Map([["x-a", "b"]]),
    pairs: [["x-a", "b"]],
    "a string": "x-a: b",
    "a function": () => {},
    "null itself": null,
  };
  for (const [what, headers] of Object.entries(refused)) {
    const error = thrownBy(() => new PlangrepClient({ headers }));
    assert.ok(error instanceof InvalidArgumentError, `${what}: ${error}`);
    assert.equal(error.argument, "headers", what);
  }
});
