// onUpdate and onPoll: their order, what they throw, and what they may do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { life, serverOf, waiting } from "./support/waiting.js";

const short = (id = "job_1") =>
  life(id, [
    [0, "processing"],
    [20_000, "completed"],
  ]);

const silenced = (t) => t.mock.method(console, "error", () => {}).mock;

test("onUpdate comes before onPoll, both before the promise settles", async (t) => {
  const w = waiting(t, { server: serverOf(short()) });
  const order = [];
  const wait = w.client.waitForJob("job_1", {
    intervalMs: 10_000,
    onUpdate: ({ poll }) => order.push(`update ${poll}`),
    onPoll: ({ poll }) => order.push(`poll ${poll}`),
  });
  wait.then(() => order.push("settled"));
  await w.run(wait);
  assert.deepEqual(order, ["update 1", "poll 1", "poll 2", "update 3", "poll 3", "settled"]);
});

for (const [how, fail] of [
  [
    "throws",
    (error) => {
      throw error;
    },
  ],
  ["rejects", (error) => Promise.reject(error)],
]) {
  test(`a callback that ${how} is reported once through console.error, and the wait goes on`, async (t) => {
    const w = waiting(t, { server: serverOf(short()) });
    const reported = silenced(t);
    const calls = [];
    const error = new Error("from the callback");
    const each = (what) => () => {
      calls.push(what);
      return fail(error);
    };
    const { value } = await w.run(
      w.client.waitForJob("job_1", { intervalMs: 10_000, onUpdate: each("update"), onPoll: each("poll") }),
    );
    assert.equal(value.status, "completed");
    assert.deepEqual(calls, ["update", "poll", "poll", "update", "poll"]);
    await w.flush();
    assert.equal(reported.callCount(), 1);
    assert.equal(reported.calls[0].arguments.at(-1), error);
    assert.match(reported.calls[0].arguments[0], /^plangrep-client: /);
    await w.nothingAfter(calls);
  });
}

test("one call of waitForJobs reports a callback that throws once, however many jobs", async (t) => {
  const ids = Array.from({ length: 50 }, (_, index) => `job_${index}`);
  const w = waiting(t, { server: serverOf(...ids.map((id) => short(id))) });
  const reported = silenced(t);
  const onPoll = () => {
    throw new Error("from the callback");
  };
  const { value } = await w.run(w.client.waitForJobs(ids, { onPoll }));
  assert.equal(value.length, 50);
  assert.equal(reported.callCount(), 1);
});

test("a console that is missing or throws harms nothing", async (t) => {
  const w = waiting(t, { server: serverOf(short()) });
  t.mock.method(console, "error", () => {
    throw new Error("no console");
  });
  const { value } = await w.run(
    w.client.waitForJob("job_1", {
      onUpdate: () => {
        throw new Error("from the callback");
      },
    }),
  );
  assert.equal(value.status, "completed");
});

test("callbacks may call the client: their waits share the polls of the one that called", async (t) => {
  const w = waiting(t, { server: serverOf(short("job_1"), short("job_2")) });
  const inner = [];
  const wait = w.client.waitForJob("job_1", {
    intervalMs: 10_000,
    onUpdate: ({ poll }) => {
      if (poll > 1) return;
      inner.push(w.client.getJob("job_2"), w.client.listJobs("proj_1"));
      inner.push(w.client.waitForJob("job_2", { intervalMs: 10_000 }), w.client.waitForJob("job_1"));
    },
  });
  await w.run(wait);
  const results = await Promise.all(inner);
  assert.deepEqual(
    results.flat().map((job) => job.id),
    ["job_2", "job_1", "job_2", "job_2", "job_1"],
  );
  assert.deepEqual(w.log(), [
    "0 job_1",
    "0 job_2",
    "0 [proj_1]",
    "0 job_1",
    "0 job_2",
    "10000 [proj_1]",
    "20000 [proj_1]",
  ]);
  await w.nothingAfter();
});

test("a callback that aborts ends the wait there: no other callback, no other poll", async (t) => {
  const w = waiting(t, { server: serverOf(short()) });
  const calls = [];
  const wait = w.client.waitForJob("job_1", {
    signal: w.signal,
    onUpdate: () => {
      calls.push("update");
      w.abort.abort("stop");
    },
    onPoll: () => calls.push("poll"),
  });
  const { error } = await w.run(wait);
  assert.equal(error, "stop");
  assert.deepEqual(calls, ["update"]);
  await w.nothingAfter(calls);
});

test("a callback that aborts in its last update wins over the result", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "completed"]])) });
  const wait = w.client.waitForJob("job_1", { signal: w.signal, onUpdate: () => w.abort.abort("stop") });
  assert.equal((await w.run(wait)).error, "stop");
});

test("a callback that closes the client ends all its waits, those notified by the same response too", async (t) => {
  const w = waiting(t, { server: serverOf(short("job_1"), short("job_2")) });
  await w.run(w.client.listJobs("proj_1")); // what it weighs is known: it is worth it for two
  const calls = [];
  const ends = [];
  for (const id of ["job_1", "job_2"]) {
    const onPoll = ({ poll }) => {
      calls.push(`${id} ${poll}`);
      if (poll === 2) w.client.close();
    };
    w.client.waitForJob(id, { onPoll, intervalMs: 10_000 }).catch((error) => ends.push(error.code));
  }
  await w.advance(60_000);
  assert.deepEqual(calls, ["job_1 1", "job_2 1", "job_1 2"]);
  assert.deepEqual(ends, ["client_closed", "client_closed"]);
  assert.equal(w.requests.length, 4);
  await w.nothingAfter(calls);
});

test("a callback that ends another wait keeps that one from being notified", async (t) => {
  const w = waiting(t, { server: serverOf(short("job_1"), short("job_2")) });
  await w.run(w.client.listJobs("proj_1"));
  const other = new AbortController();
  const calls = [];
  const wait = w.client.waitForJob("job_1", {
    intervalMs: 10_000,
    onPoll: ({ poll }) => poll === 2 && other.abort("stop"),
  });
  const ended = w.client.waitForJob("job_2", {
    intervalMs: 10_000,
    signal: other.signal,
    onPoll: ({ poll }) => calls.push(poll),
  });
  await assert.rejects(
    w.run(ended).then(({ error }) => Promise.reject(error)),
    (reason) => reason === "stop",
  );
  await w.run(wait);
  assert.deepEqual(calls, [1]);
  assert.deepEqual(w.log().at(-1), "20000 job_1", "what is left polls its own job");
  await w.nothingAfter(calls);
});
