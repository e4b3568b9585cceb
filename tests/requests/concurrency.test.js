// Many calls at once on one client, and its end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network, partial, respond, silence } from "../support/network.js";
import { outcomeOf, rejectionOf } from "../support/outcome.js";
import { PlangrepClient, PlangrepError } from "../support/package.js";
import { pageIn } from "../support/page.js";
import { job, jobBody, KEY } from "../support/samples.js";
import { sendJson, serve } from "../support/server.js";
import { world } from "../support/world.js";

test("five hundred calls at once each get their own response", async (t) => {
  const { url, requests } = await serve(t, (request, response) => {
    const id = request.url.split("/").at(-1);
    const answerIt = () =>
      sendJson(response, id.endsWith("7") ? 404 : 200, id.endsWith("7") ? { code: id } : jobBody({ id }));
    setTimeout(answerIt, Math.random() * 20);
  });
  // On a machine that has much else to do, the last of them may take longer than a deadline of half a minute.
  const client = new PlangrepClient({ apiKey: KEY, baseUrl: url, timeoutMs: 600_000 });
  const ids = Array.from({ length: 500 }, (_, index) => `job_${index}`);
  const results = await Promise.allSettled(ids.map((id) => client.getJob(id)));
  assert.equal(requests.length, 500);
  for (const [index, { status, value, reason }] of results.entries()) {
    if (ids[index].endsWith("7")) assert.equal(reason.apiCode, ids[index]);
    else assert.deepEqual([status, value.id], ["fulfilled", ids[index]]);
  }
});

test("calls of one client do not share retries, deadlines or responses", async (t) => {
  const steps = [silence(), respond(503), respond(200, jobBody())];
  const { client, clock, now, requests } = world(t, { steps, options: { maxRetries: 1 } });
  const slow = outcomeOf(client.getJob("job_1", { timeoutMs: 2000, maxRetries: 0 }));
  const retried = outcomeOf(client.getJob("job_1"));
  const quick = outcomeOf(client.getJob("job_1"));
  await clock.tickAsync(0);
  assert.deepEqual([slow.state, retried.state, quick.state], ["pending", "pending", "resolved"]);
  await clock.tickAsync(500);
  assert.equal(retried.state, "resolved");
  assert.notEqual(retried.value, quick.value);
  await clock.tickAsync(1500);
  assert.deepEqual([slow.error.code, now(), requests.length], ["timeout", 2000, 4]);
});

test("the key function, fetch and onEvent may call the client", async () => {
  let nested = 0;
  const nest = () => {
    if (nested++ < 5) inner.push(client.getJob("job_1"), client.listJobs("p"));
  };
  const inner = [];
  const client = new PlangrepClient({
    apiKey: () => {
      nest();
      return KEY;
    },
    onEvent: nest,
    fetch: async (url) => {
      nest();
      return Response.json(url.endsWith("/jobs") ? { jobs: [job()] } : jobBody());
    },
  });
  assert.equal((await client.getJob("job_1")).id, "job_1");
  const responses = await Promise.all(inner);
  assert.deepEqual(
    responses,
    Array(5)
      .fill([job(), [job()]])
      .flat(),
  );
});

test("options that call the client when they are read do no harm", async () => {
  const { fetch, requests } = network(respond(200, jobBody()));
  const client = new PlangrepClient({ apiKey: KEY, fetch });
  const inner = [];
  const options = {
    get timeoutMs() {
      inner.push(client.getJob("job_1"));
      return 1000;
    },
  };
  await client.getJob("job_1", options);
  await Promise.all(inner);
  assert.ok(requests.length >= 2);
});

test("close() ends what is pending, wherever it is, with client_closed, and aborts the requests", async (t) => {
  const stages = {
    "just called": [respond(200, jobBody()), 0, 0],
    "waiting for headers": [silence(), 100, 1],
    "reading the body": [partial(200, "{"), 100, 1],
    "sleeping before a retry": [respond(503), 100, 1],
  };
  for (const [stage, [step, at, made]] of Object.entries(stages)) {
    await t.test(stage, async (t) => {
      const { client, clock, requests, signal, nothingAfter } = world(t, { steps: [step] });
      const calls = [client.getJob("job_1", { signal }), client.listJobs("proj_1", { signal })].map(outcomeOf);
      if (at > 0) await clock.tickAsync(at);
      client.close();
      client.close();
      await clock.tickAsync(0);
      const closed = ["Job job_1: The client was closed", "Project proj_1: The client was closed"];
      for (const [index, { error }] of calls.entries()) {
        assert.ok(PlangrepError.is(error));
        assert.deepEqual([error.code, error.message], ["client_closed", closed[index]]);
      }
      assert.equal(requests.length, made * 2);
      await nothingAfter();
    });
  }
});

test("after close() every call rejects with client_closed, even with bad arguments, and makes no request", async () => {
  const { fetch, requests } = network(respond(200, jobBody()));
  const client = new PlangrepClient({ apiKey: KEY, fetch });
  await client.getJob("job_1");
  client.close();
  for (const call of [
    () => client.getJob("job_1"),
    () => client.listJobs("p"),
    () => client.getJob(""),
    () => client.getJob("x", { signal: AbortSignal.abort() }),
  ]) {
    assert.equal((await rejectionOf(call())).code, "client_closed");
  }
  assert.equal(requests.length, 1);
});

test("close() while the options of a call are read ends that call", async () => {
  const { fetch, requests } = network(respond(200, jobBody()));
  const client = new PlangrepClient({ apiKey: KEY, fetch });
  const options = {
    get timeoutMs() {
      client.close();
      return 1000;
    },
  };
  assert.equal((await rejectionOf(client.getJob("job_1", options))).code, "client_closed");
  assert.equal(requests.length, 0);
});

test("close() of one client leaves another alone", async () => {
  const { fetch } = network(respond(200, jobBody()));
  const [one, other] = [new PlangrepClient({ apiKey: KEY, fetch }), new PlangrepClient({ apiKey: KEY, fetch })];
  const call = other.getJob("job_1");
  one.close();
  assert.equal((await call).id, "job_1");
});

test("a client that is never closed can be dropped, and one without calls can be closed", () => {
  for (let count = 0; count < 1000; count++) new PlangrepClient({ apiKey: KEY }).close();
  for (let count = 0; count < 1000; count++) new PlangrepClient({ apiKey: KEY });
});

test("in a page, requests beyond what a browser takes wait their turn, the first come first; one that is aborted takes none", async (t) => {
  pageIn(t);
  let inFlight = 0;
  let most = 0;
  const order = [];
  const pending = [];
  const client = new PlangrepClient({
    baseUrl: "/plangrep",
    fetch: (url) => {
      most = Math.max(most, ++inFlight);
      const id = url.split("/").at(-1);
      order.push(id);
      return new Promise((resolve) =>
        pending.push(() => {
          inFlight--;
          resolve(Response.json(jobBody({ id })));
        }),
      );
    },
  });
  const ids = Array.from({ length: 3_000 }, (_, index) => `job_${index}`);
  const abort = new AbortController();
  const aborted = outcomeOf(client.getJob("job_first_wave", { signal: abort.signal }));
  const calls = ids.map((id) => client.getJob(id));
  const waiting = outcomeOf(client.getJob("job_aborted", { signal: abort.signal }));
  await flush();
  abort.abort();
  await flush();
  assert.deepEqual([aborted.state, waiting.state], ["rejected", "rejected"]);
  while (pending.length > 0) {
    pending.shift()();
    await flush();
  }
  const jobs = await Promise.all(calls);
  assert.deepEqual(
    jobs.map(({ id }) => id),
    ids,
  );
  assert.deepEqual(order, ["job_first_wave", ...ids]);
  assert.equal(most, 257, "256 places, and the request that was aborted without its fetch taking note");
});

const flush = () => new Promise((resolve) => setImmediate(resolve));
