// Many waits, few requests; and waitForJobs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { JobFailedError } from "../support/package.js";
import { job, KEY } from "../support/samples.js";
import { life, serverOf, silence, status, waiting } from "./support/waiting.js";

const ids = (count, from = 0) => Array.from({ length: count }, (_, index) => `job_${from + index}`);
const ending =
  (at, status = "completed") =>
  (id) =>
    life(id, [
      [0, "processing"],
      [at, status],
    ]);

test("a thousand waits started together: few requests in the first round, then one list a poll and no other", async (t) => {
  const all = ids(1_000);
  const w = waiting(t, { server: serverOf(...all.map(ending(65_000))), latency: 100 });
  const done = [];
  for (const id of all)
    w.client.waitForJob(id, { signal: w.signal, intervalMs: 10_000 }).then(({ id }) => done.push(id));
  await w.advance(9_000);
  assert.ok(w.requests.length < 30, `${w.requests.length}`);
  const first = w.requests.length;
  await w.advance(100_000);
  assert.deepEqual(new Set(w.requests.slice(first).map(({ kind }) => kind)), new Set(["list"]));
  assert.equal(w.requests.length - first, 7);
  assert.equal(done.length, 1_000);
  await w.nothingAfter(done);
});

test("a list that does not come keeps no job of unknown project from its first poll", async (t) => {
  const all = ids(40);
  const server = serverOf(...all.map((id, index) => life(id, [[0, "processing"]], `proj_${index % 2}`)));
  const w = waiting(t, { server: (request) => (request.kind === "list" ? silence : server(request)), latency: 100 });
  const first = new Map();
  for (const id of all) {
    const onPoll = () => first.has(id) || first.set(id, w.now());
    w.client.waitForJob(id, { signal: w.signal, intervalMs: 30_000, onPoll }).catch(() => {});
  }
  await w.advance(7_000);
  assert.deepEqual([...first.keys()].sort(), all.toSorted());
  // Some by the first requests, the others once the list has had its time; one of both lists was tried for them.
  assert.deepEqual([...new Set([...first.values()].map((at) => at > 5_000))], [false, true]);
  assert.equal(w.requests.filter(({ kind }) => kind === "list").length, 1);
  w.abort.abort();
  await w.flush();
  assert.equal(w.open(), 0);
  await w.nothingAfter();
});

test("at most maxConcurrency requests of waits are in flight", async (t) => {
  const all = ids(40);
  const w = waiting(t, {
    server: serverOf(...all.map((id, index) => life(id, [[0, "completed"]], `proj_${index}`))),
    latency: 100,
    options: { maxConcurrency: 3 },
  });
  let most = 0;
  const waits = w.client.waitForJobs(all, {
    onPoll: () => {
      most = Math.max(most, w.open());
    },
  });
  await w.flush();
  most = Math.max(most, w.open());
  const { value } = await w.run(waits);
  assert.deepEqual(
    value.map(({ id }) => id),
    all,
  );
  assert.equal(most, 3);
  await w.nothingAfter();
});

test("jobs that hang take the few places in turn with the others, and not again and again before them", async (t) => {
  const all = ids(44);
  const hangs = new Set(ids(4));
  const server = serverOf(...all.map((id, index) => life(id, [[0, "processing"]], `proj_${index}`)));
  const w = waiting(t, {
    server: (request) => (hangs.has(request.id) ? silence : server(request)),
    latency: 100,
    options: { maxConcurrency: 4, maxRetries: 2 },
  });
  const first = new Map();
  for (const id of all) {
    const onPoll = () => first.has(id) || first.set(id, w.now());
    w.client.waitForJob(id, { signal: w.signal, intervalMs: 60_000, onPoll }).catch(() => {});
  }
  // The four have had all the places for as long as an attempt lasts; then the forty others come.
  await w.advance(35_000);
  assert.deepEqual([...first.keys()].sort(), all.filter((id) => !hangs.has(id)).sort());
  await w.advance(10_000);
  assert.deepEqual(
    w.requests
      .filter(({ state }) => state === "open")
      .map(({ id }) => id)
      .sort(),
    ids(4),
  );
  w.abort.abort();
  await w.flush();
  await w.nothingAfter();
});

test("two waits on one job share every Get Job, each with its own callbacks", async (t) => {
  const w = waiting(t, { server: serverOf(ending(20_000)("job_1")) });
  const notified = [];
  const waits = ["one", "other"].map((name) =>
    w.client.waitForJob("job_1", { intervalMs: 10_000, onPoll: ({ poll }) => notified.push(`${name} ${poll}`) }),
  );
  const { value } = await w.run(Promise.all(waits));
  assert.deepEqual(
    value.map(({ status }) => status),
    ["completed", "completed"],
  );
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1", "20000 job_1"]);
  assert.deepEqual(
    notified,
    [1, 2, 3].flatMap((poll) => [`one ${poll}`, `other ${poll}`]),
  );
});

test("a shared request has the longest timeout and the most retries", async (t) => {
  const w = waiting(t, { server: (request) => (request.number < 3 ? status(503) : silence) });
  const ends = [];
  for (const options of [
    { timeoutMs: 1_000, maxRetries: 3 },
    { timeoutMs: 40_000, maxRetries: 0 },
  ]) {
    w.client
      .waitForJob("job_1", { ...options, maxPollErrors: 0 })
      .catch((error) => ends.push([w.now(), error.code, error.timeoutMs]));
  }
  await w.advance(500 + 1_000 + 39_999);
  assert.deepEqual([w.requests.length, ends.length], [3, 0]);
  await w.advance(1_000_000);
  // Attempts at 0, 500, 1500 and, 40 s and 2 s of backoff later, the last.
  assert.deepEqual(
    w.requests.map(({ at }) => at),
    [0, 500, 1_500, 43_500],
  );
  assert.deepEqual(ends, [
    [83_500, "timeout", 40_000],
    [83_500, "timeout", 40_000],
  ]);
  await w.nothingAfter(ends);
});

test("all are notified at the shortest of their intervals", async (t) => {
  const w = waiting(t, { server: serverOf(...["job_1", "job_2", "job_3"].map(ending(1e9))) });
  const notified = [];
  const slow = {
    intervalMs: 100_000,
    signal: w.signal,
    onPoll: ({ nextPollMs }) => notified.push([w.now(), nextPollMs]),
  };
  w.client.waitForJob("job_1", slow).catch(() => {});
  for (const id of ["job_2", "job_3"])
    w.client.waitForJob(id, { intervalMs: 10_000, signal: w.signal }).catch(() => {});
  await w.advance(30_000);
  assert.deepEqual(notified, [
    [0, 100_000],
    [10_000, 10_000],
    [20_000, 10_000],
    [30_000, 10_000],
  ]);
  assert.deepEqual(w.log().slice(3), ["10000 [proj_1]", "20000 [proj_1]", "30000 [proj_1]"]);
  w.abort.abort();
  await w.nothingAfter();
});

test("a wait that leaves disturbs no other; the last to leave aborts the request in flight", async (t) => {
  const w = waiting(t, { server: serverOf(ending(1e9)("job_1"), ending(1e9)("job_2")), latency: 1_000 });
  await w.run(w.client.listJobs("proj_1")); // what it weighs is known: it is worth it for two
  const aborts = [new AbortController(), new AbortController(), new AbortController()];
  const polls = [];
  const waits = ["job_1", "job_2", "job_2"].map((id, index) =>
    w.client.waitForJob(id, {
      intervalMs: 10_000,
      signal: aborts[index].signal,
      onPoll: ({ poll }) => polls.push(`${index} ${poll}`),
    }),
  );
  for (const wait of waits) wait.catch(() => {});
  await w.advance(11_500); // the list that was requested at 12 000 is in flight
  aborts[0].abort();
  await w.advance(100);
  assert.equal(w.open(), 1);
  await w.advance(900);
  assert.deepEqual(polls, ["0 1", "1 1", "2 1", "1 2", "2 2"]);
  await w.advance(9_600); // only job_2 is left: Get Job, in flight since 23 000
  assert.deepEqual(w.log(), ["0 [proj_1]", "1000 job_1", "1000 job_2", "12000 [proj_1]", "23000 job_2"]);
  aborts[1].abort();
  await w.advance(100);
  assert.equal(w.open(), 1);
  aborts[2].abort();
  await w.flush();
  assert.deepEqual(
    w.requests.map(({ state }) => state),
    ["responded", "responded", "responded", "responded", "aborted"],
  );
  await w.nothingAfter(polls);
});

test("a watch of the project shares the list with waits on its jobs", async (t) => {
  const w = waiting(t, { server: serverOf(ending(25_000)("job_1")) });
  const watch = w.client.watchProject("proj_1", { intervalMs: 10_000, everyPoll: true });
  const wait = w.client.waitForJob("job_1", { intervalMs: 10_000 });
  const updates = (async () => {
    const polls = [];
    for await (const update of watch) {
      polls.push(update.poll);
      if (update.current === null) return polls;
    }
  })();
  const { value } = await w.run(Promise.all([wait, updates]));
  assert.deepEqual(value[1], [1, 2, 3, 4]);
  // What is due at one moment comes in any order.
  assert.deepEqual(w.log().sort(), ["0 [proj_1]", "0 job_1", "10000 [proj_1]", "20000 [proj_1]", "30000 [proj_1]"]);
  await w.nothingAfter();
});

test("clients share nothing", async (t) => {
  const w = waiting(t, { server: serverOf(ending(0)("job_1")) });
  const { PlangrepClient } = await import("../support/package.js");
  let requested = 0;
  const fetch = async () => {
    requested++;
    return new Response(JSON.stringify({ job: job({ status: "completed" }) }));
  };
  const other = new PlangrepClient({ apiKey: KEY, fetch });
  await w.run(Promise.all([w.client.waitForJob("job_1"), other.waitForJob("job_1")]));
  assert.deepEqual([w.requests.length, requested], [1, 1]);
});

test("waitForJobs resolves in the order of the ids, whichever ends first", async (t) => {
  const lives = [30_000, 10_000, 20_000].map((at, index) => ending(at)(`job_${index}`));
  const w = waiting(t, { server: serverOf(...lives) });
  const { value, at } = await w.run(w.client.waitForJobs(ids(3), { intervalMs: 10_000, signal: w.signal }));
  assert.deepEqual(
    value.map(({ id }) => id),
    ids(3),
  );
  assert.equal(at, 30_000);
  assert.deepEqual(w.log(), ["0 job_0", "0 job_1", "0 job_2", "10000 [proj_1]", "20000 [proj_1]", "30000 job_0"]);
  await w.nothingAfter();
});

test("waitForJobs takes any iterable, and waits once for a job that is named twice", async (t) => {
  const w = waiting(t, { server: serverOf(ending(10_000)("job_1"), ending(0)("job_2")) });
  const updates = [];
  const given = new Set(["job_1", "job_2"]);
  const { value } = await w.run(
    w.client.waitForJobs([...given, "job_1", "job_2"].values(), {
      intervalMs: 10_000,
      onUpdate: ({ job }) => updates.push(job.id),
    }),
  );
  assert.deepEqual(
    value.map(({ id }) => id),
    ["job_1", "job_2", "job_1", "job_2"],
  );
  assert.equal(value[0], value[2]);
  assert.deepEqual(updates, ["job_1", "job_2", "job_1"]);
  const { value: none } = await w.run(w.client.waitForJobs(new Set()));
  assert.deepEqual(none, []);
  await w.nothingAfter(updates);
});

test("the first failure of waitForJobs ends the others and their polling", async (t) => {
  const lives = [ending(1e9)("job_0"), ending(10_000, "failed")("job_1"), ending(1e9)("job_2")];
  const w = waiting(t, { server: serverOf(...lives) });
  const calls = [];
  const wait = w.client.waitForJobs(ids(3), {
    intervalMs: 10_000,
    throwOnFailure: true,
    signal: w.signal,
    onPoll: ({ job, poll }) => calls.push(`${job.id} ${poll}`),
  });
  const { error, at } = await w.run(wait);
  assert.ok(error instanceof JobFailedError);
  assert.deepEqual([error.job.id, at], ["job_1", 10_000]);
  assert.deepEqual(calls, ["job_0 1", "job_1 1", "job_2 1", "job_0 2", "job_1 2"]);
  assert.deepEqual(w.log(), ["0 job_0", "0 job_1", "0 job_2", "10000 [proj_1]"]);
  await w.nothingAfter(calls);
});

test("an id that is not found ends a waitForJobs, with the requests of the others", async (t) => {
  const server = serverOf(ending(1e9)("job_0"), ending(1e9)("job_1"));
  const w = waiting(t, { server: (request) => (request.id === "job_1" ? silence : server(request)), latency: 10 });
  const { error, at } = await w.run(w.client.waitForJobs(["job_0", "job_1", "gone"], { signal: w.signal }));
  assert.deepEqual([error.status, at], [404, 10]);
  await w.flush();
  assert.deepEqual(
    w.requests.map(({ state }) => state),
    ["responded", "aborted", "responded"],
  );
  await w.nothingAfter();
});

test("waitForJobs times out as one", async (t) => {
  const all = ids(20);
  const w = waiting(t, { server: serverOf(...all.map(ending(1e9))) });
  const { error, at } = await w.run(w.client.waitForJobs(all, { maxWaitMs: 30_000, signal: w.signal }));
  assert.deepEqual([error.code, error.jobId, at], ["wait_timeout", "job_0", 30_000]);
  await w.nothingAfter();
});

test("a list that is refused, or is none, falls back to Get Job, and is tried again after a while", async (t) => {
  const server = serverOf(...ids(5).map(ending(405_000)));
  const html = () => new Response("<!doctype html><title>Sign in</title>");
  for (const refusal of [() => status(403), () => ({ jobs: [{ id: "job_0" }] }), html]) {
    await t.test(String(refusal), async (t) => {
      const w = waiting(t, { server: (request) => (request.kind === "list" ? refusal() : server(request)) });
      const { value } = await w.run(w.client.waitForJobs(ids(5), { intervalMs: 10_000, maxPollErrors: 0 }));
      assert.deepEqual(
        value.map(({ status }) => status),
        Array(5).fill("completed"),
      );
      assert.deepEqual(
        w.log().filter((line) => line.includes("[")),
        ["10000 [proj_1]", "320000 [proj_1]"],
      );
      assert.equal(w.requests.length, 5 * 42 + 2);
    });
  }
});

test("two waits beside a history never request a list; three stop reading it where it costs more than they", async (t) => {
  const history = Array.from({ length: 3_000 }, (_, n) => job({ id: `old_${n}`, status: "completed" }));
  for (const [waits, lists] of [
    [2, 0],
    [3, 1],
  ]) {
    await t.test(`${waits} waits`, async (t) => {
      const server = serverOf(...ids(waits).map(ending(600_000)));
      const w = waiting(t, {
        server: (request) => {
          const body = server(request);
          return request.kind === "list" ? { jobs: [...body.jobs, ...history] } : body;
        },
      });
      await w.run(w.client.waitForJobs(ids(waits), { intervalMs: 10_000 }));
      assert.equal(w.requests.filter(({ kind }) => kind === "list").length, lists);
      assert.equal(w.requests.length, lists + 61 * waits);
    });
  }
});

test("an id that the list lacks is requested by Get Job", async (t) => {
  const server = serverOf(...ids(3).map(ending(25_000)));
  const w = waiting(t, {
    server: (request) => {
      const body = server(request);
      return request.kind === "list" ? { jobs: body.jobs.filter(({ id }) => id !== "job_2") } : body;
    },
  });
  const { value } = await w.run(w.client.waitForJobs(ids(3), { intervalMs: 10_000 }));
  assert.deepEqual(
    value.map(({ status }) => status),
    ["completed", "completed", "completed"],
  );
  // What is due at one moment comes in any order.
  assert.deepEqual(w.log().slice(3).sort(), [
    "10000 [proj_1]",
    "10000 job_2",
    "20000 [proj_1]",
    "20000 job_2",
    "30000 [proj_1]",
    "30000 job_2",
  ]);
});

test("a job whose responses have a Retry-After, good or not, keeps others waiting once at most", async (t) => {
  const good = serverOf(...ids(20).map((id, n) => life(id, [[0, "processing"]], `proj_${n}`)));
  const later = { "retry-after": "20" };
  const servers = {
    good: (request) => new Response(JSON.stringify(good(request)), { headers: later }),
    refused: (request) => (request.id === "job_3" ? status(503, {}, later) : good(request)),
  };
  // In five minutes at ten seconds each, or as the server asks.
  for (const [name, polls] of [
    ["good", 15],
    ["refused", 27],
  ]) {
    await t.test(name, async (t) => {
      const w = waiting(t, { server: servers[name], latency: 100 });
      for (const id of ids(20)) w.client.waitForJob(id, { signal: w.signal, intervalMs: 10_000 }).catch(() => {});
      await w.advance(299_000);
      const others = ids(20).filter((id) => id !== "job_3");
      const counts = others.map((id) => w.requests.filter((request) => request.id === id).length);
      assert.equal(Math.min(...counts), polls);
      w.abort.abort();
      await w.nothingAfter();
    });
  }
});
