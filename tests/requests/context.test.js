// Whose call it is: the async context of a call, as AsyncLocalStorage shows it, lasts until the call ends.

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { createServer } from "node:http";
import { test } from "node:test";
import { broken, respond } from "../support/network.js";
import { PlangrepClient } from "../support/package.js";
import { jobBody } from "../support/samples.js";
import { world } from "../support/world.js";

const als = new AsyncLocalStorage();
const name = (url) => url.slice(url.lastIndexOf("_") + 1);

/** A client whose key, fetch and events note whose context they run in, for whom. */
function noting(step) {
  const seen = [];
  const client = new PlangrepClient({
    apiKey: () => `key_${als.getStore()}`,
    fetch: async (url, init) => {
      seen.push(["fetch", name(url), als.getStore(), init.headers.Authorization]);
      return await step(url);
    },
    onEvent: ({ type, url }) => seen.push([type, name(url), als.getStore()]),
  });
  return { client, seen };
}

/** Everything that was noted belongs to the call that it was noted for. */
function assertOwn(seen, types) {
  for (const [type, owner, store, authorization] of seen) {
    assert.equal(store, owner, `${type} of ${owner} ran in the context of ${store}`);
    if (type === "fetch") assert.equal(authorization, `Bearer key_${owner}`);
  }
  for (const owner of ["A", "B", "C"]) {
    assert.deepEqual(
      seen.filter((one) => one[1] === owner).map(([type]) => type),
      types,
      owner,
    );
  }
}

const jobFor = (url) => Response.json(jobBody({ id: `job_${name(url)}` }));
const inContexts = (call) => Promise.all(["A", "B", "C"].map((owner) => als.run(owner, () => call(owner))));

test("key, fetch and events of each of three calls in one turn run in its own context", async () => {
  const { client, seen } = noting(async (url) => jobFor(url));
  await inContexts((owner) => client.getJob(`job_${owner}`));
  assertOwn(seen, ["request", "fetch", "response"]);
});

test("so they do with a client for each", async () => {
  const all = [];
  await inContexts((owner) => {
    const { client, seen } = noting(async (url) => jobFor(url));
    all.push(seen);
    return client.getJob(`job_${owner}`);
  });
  assertOwn(all.flat(), ["request", "fetch", "response"]);
});

test("so they do with two clients that were made outside of any context and one key function for both", async () => {
  const [a, b] = [noting(async (url) => jobFor(url)), noting(async (url) => jobFor(url))];
  await Promise.all([
    als.run("A", () => a.client.getJob("job_A")),
    als.run("B", () => b.client.getJob("job_B")),
    als.run("C", () => b.client.getJob("job_C")),
  ]);
  assertOwn([...a.seen, ...b.seen], ["request", "fetch", "response"]);
});

test("so they do for calls that wait for one promise together, as a server's requests for its cold start", async () => {
  const { client, seen } = noting(async (url) => jobFor(url));
  let ready;
  const started = new Promise((resolve) => {
    ready = resolve;
  });
  const calls = inContexts(async (owner) => {
    await started;
    return await client.getJob(`job_${owner}`);
  });
  als.run("D", () => ready());
  await calls;
  assertOwn(seen, ["request", "fetch", "response"]);
});

test("so they do where an asynchronous key function settles all keys in one turn", async () => {
  let ready;
  const secret = new Promise((resolve) => {
    ready = resolve;
  });
  const seen = [];
  const client = new PlangrepClient({
    apiKey: async () => {
      const owner = als.getStore();
      await secret;
      return `key_${owner}`;
    },
    fetch: async (url, init) => {
      seen.push(["fetch", name(url), als.getStore(), init.headers.Authorization]);
      return jobFor(url);
    },
  });
  const calls = inContexts((owner) => client.getJob(`job_${owner}`));
  als.run("D", () => ready());
  await calls;
  assertOwn(seen, ["fetch"]);
});

test("so they do for lists, and for whatever follows a call", async () => {
  const { client, seen } = noting(async (url) => (url.endsWith("/jobs") ? Response.json({ jobs: [] }) : jobFor(url)));
  const lists = [];
  await inContexts(async (owner) => {
    await client.listJobs(`proj_${owner}`);
    lists.push([owner, als.getStore()]);
    await client.getJob(`job_${owner}`);
    assert.equal(als.getStore(), owner);
  });
  assert.ok(lists.every(([owner, store]) => owner === store));
  for (const [type, url, store] of seen) {
    if (!url.endsWith("/jobs")) assert.equal(store, url, type);
    else assert.equal(store, url.slice(0, -5), type);
  }
});

test("so they do after the sleep before a retry, though all sleeps end in one timer's turn", async (t) => {
  let failing = 3;
  const seen = [];
  const step = (url) => (failing-- > 0 ? broken()() : jobFor(url));
  const { client, clock } = world(t, {
    steps: [respond(200)],
    options: {
      apiKey: () => `key_${als.getStore()}`,
      fetch: async (url, init) => {
        seen.push(["fetch", name(url), als.getStore(), init.headers.Authorization]);
        return step(url);
      },
      onEvent: ({ type, url }) => seen.push([type, name(url), als.getStore()]),
    },
  });
  const calls = inContexts((owner) => client.getJob(`job_${owner}`));
  await als.run("D", () => clock.tickAsync(10_000));
  await calls;
  assertOwn(seen, ["request", "fetch", "retry", "request", "fetch", "response"]);
});

test("so they do after a timeout, a broken body and an abort of another", async (t) => {
  const seen = [];
  const abort = new AbortController();
  const { client, clock } = world(t, {
    steps: [respond(200)],
    options: {
      timeoutMs: 1000,
      maxRetries: 1,
      fetch: async (url, { signal }) => {
        seen.push([name(url), als.getStore()]);
        return await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
      onEvent: ({ url }) => seen.push([name(url), als.getStore()]),
    },
  });
  const settled = inContexts((owner) =>
    client.getJob(`job_${owner}`, owner === "B" ? { signal: abort.signal } : {}).catch(() => {
      seen.push([owner, als.getStore()]);
    }),
  );
  await clock.tickAsync(100);
  als.run("D", () => abort.abort());
  await als.run("D", () => clock.tickAsync(10_000));
  await settled;
  assert.ok(seen.length >= 10);
  for (const [owner, store] of seen) assert.equal(store, owner);
});

test("over real HTTP, each request carries the key of its caller, whoever else waits for the same start", async (t) => {
  const server = createServer((request, response) => {
    const owner = name(request.url);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(jobBody({ id: `job_${owner}`, externalId: request.headers.authorization })));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const baseUrl = `http://127.0.0.1:${server.address().port}`;
  const clients = {};
  for (const owner of "ABC") clients[owner] = new PlangrepClient({ baseUrl, apiKey: () => `key_${als.getStore()}` });
  const start = new Promise((resolve) => setTimeout(resolve, 5));
  const jobs = await inContexts(async (owner) => {
    await start;
    return await Promise.all([clients[owner].getJob(`job_${owner}`), clients.A.getJob(`job_${owner}`)]);
  });
  assert.deepEqual(
    jobs.map((pair) => pair.map(({ externalId }) => externalId)),
    ["A", "B", "C"].map((owner) => [`Bearer key_${owner}`, `Bearer key_${owner}`]),
  );
});
