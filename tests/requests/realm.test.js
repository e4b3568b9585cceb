// The package inside another realm, as test runners and plugins have it: its errors, and values that cross over.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, Script } from "node:vm";
import { rejectionOf, thrownBy } from "../support/outcome.js";
import { location, PlangrepClient, PlangrepError } from "../support/package.js";
import { job, jobBody, KEY } from "../support/samples.js";

/** What the package exports in a realm of its own, where the platform's classes are those of this one. */
function inAnotherRealm() {
  const names = [
    "AbortController",
    "atob",
    "clearTimeout",
    "DecompressionStream",
    "fetch",
    "performance",
    "Response",
    "setTimeout",
    "TextDecoder",
    "TextEncoder",
    "URL",
  ];
  const platform = Object.fromEntries(names.map((name) => [name, globalThis[name]]));
  const context = createContext({ ...platform, module: { exports: {} } });
  new Script(readFileSync(new URL("index.cjs", location), "utf8")).runInContext(context);
  const inside = (expression) => new Script(`(${expression})`).runInContext(context);
  return { api: context.module.exports, inside };
}

const { api, inside } = inAnotherRealm();
const fetch = async () => new Response(JSON.stringify(jobBody()));

test("calls work with a fetch, options, URL and signal of the other realm", async () => {
  assert.notEqual(inside("Error"), Error);
  const abort = new AbortController();
  const client = new api.PlangrepClient({ apiKey: KEY, fetch, baseUrl: new URL("https://a.example") });
  const value = await client.getJob("job_1", { signal: abort.signal, timeoutMs: 1000 });
  assert.equal(JSON.stringify(value), JSON.stringify(job()));
  abort.abort("mine");
  assert.equal(await rejectionOf(client.getJob("job_1", { signal: abort.signal })), "mine");
});

test("options, headers and key functions from inside another realm are taken here", async () => {
  const options = inside('{ apiKey: async () => "inner-key", headers: { "x-a": "b" } }');
  let sent;
  const client = new PlangrepClient(
    Object.assign(options, {
      fetch: async (_, init) => {
        sent = init.headers;
        return await fetch();
      },
    }),
  );
  assert.equal((await client.getJob("job_1", inside("{ timeoutMs: 1000 }"))).id, "job_1");
  assert.deepEqual([sent.Authorization, sent["x-a"]], ["Bearer inner-key", "b"]);
});

test("an error of another realm is recognised by PlangrepError.is, both ways", async () => {
  const inner = thrownBy(() => new api.PlangrepClient({ timeoutMs: -1 }));
  const outer = thrownBy(() => new PlangrepClient({ timeoutMs: -1 }));
  assert.deepEqual([inner instanceof Error, inner instanceof PlangrepError], [false, false]);
  for (const { is } of [PlangrepError, api.PlangrepError]) assert.deepEqual([is(inner), is(outer)], [true, true]);
  assert.deepEqual([inner.name, inner.code, inner.argument], ["InvalidArgumentError", "invalid_argument", "timeoutMs"]);
});

test("an array of jobs from another realm is an array", () => {
  const jobs = inside('[{ status: "processing", createdAt: "2026-01-01T00:00:00Z" }]');
  assert.equal(api.currentJob([jobs[0]]), jobs[0]);
  assert.equal(api.summarizeBilling(jobs).jobs, 1);
});
