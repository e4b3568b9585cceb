// What resumeJob, cancelJob and getJob bring back is reported to the waits of the same client; and nudges.

import assert from "node:assert/strict";
import { test } from "node:test";
import { job } from "../support/samples.js";
import { iso, life, serverOf, waiting } from "./support/waiting.js";

test("the job that an action brings back is reported to who waits for it, and their next poll comes soon", async (t) => {
  const blocked = life("job_1", [
    [0, "blocked_insufficient_credits"],
    [3_000, "processing"],
    [20_000, "completed"],
  ]);
  const w = waiting(t, {
    server: serverOf(blocked),
  });
  const notified = [];
  const wait = w.client.waitForJob("job_1", {
    onUpdate: ({ job, poll }) => notified.push(`${w.now()} ${job.status} ${poll}`),
    intervalMs: 30_000,
  });
  await w.advance(3_500);
  const resumed = await w.client.resumeJob("job_1");
  await w.flush();
  assert.equal(resumed.status, "processing");
  assert.deepEqual(notified, ["0 blocked_insufficient_credits 1", "3500 processing 1"]);
  const { value } = await w.run(wait);
  assert.equal(value.status, "completed");
  const times = w.requests.map(({ at }) => at);
  assert.ok(times[2] >= 8_500 && times[2] <= 9_500, `${times}`);
  await w.nothingAfter(notified);
});

test("an older state is not reported over a newer one, and a job that nobody waits for is nobody's", async (t) => {
  const w = waiting(t, {
    server: ({ kind }) => ({ job: job({ status: "processing", updatedAt: iso(kind === "cancel" ? -1_000 : 0) }) }),
  });
  const notified = [];
  const wait = w.client.waitForJob("job_1", {
    signal: w.signal,
    onUpdate: ({ job }) => notified.push(job.updatedAt),
    intervalMs: 30_000,
  });
  wait.catch(() => {});
  await w.advance(1_000);
  await w.client.cancelJob("job_1");
  await w.flush();
  assert.deepEqual(notified, [iso(0)]);
  w.abort.abort();
  await w.flush();
  await w.client.cancelJob("job_1");
  await w.nothingAfter(notified);
});

test("a terminal job that an action brings back ends the wait", async (t) => {
  const w = waiting(t, {
    server: ({ kind, at }) => ({
      job: job({ status: kind === "cancel" ? "cancelled" : "processing", updatedAt: iso(at) }),
    }),
  });
  const wait = w.client.waitForJob("job_1", { intervalMs: 30_000 });
  await w.advance(1_000);
  await w.client.cancelJob("job_1");
  const { value } = await w.run(wait);
  assert.equal(value.status, "cancelled");
  assert.equal(w.requests.length, 2);
  await w.nothingAfter();
});

test("what getJob brings back is reported to who waits for the job, and their next poll comes when it was due", async (t) => {
  const lives = life("job_1", [
    [0, "uploading"],
    [2_000, "processing"],
    [61_000, "completed"],
  ]);
  const w = waiting(t, { server: serverOf(lives) });
  const notified = [];
  const wait = w.client.waitForJob("job_1", {
    onUpdate: ({ job, poll, nextPollMs }) => notified.push(`${w.now()} ${job.status} ${poll} ${nextPollMs}`),
    intervalMs: 30_000,
  });
  for (let times = 0; times < 4; times += 1) {
    await w.advance(1_000);
    await w.client.getJob("job_1");
  }
  await w.flush();
  assert.deepEqual(notified, ["0 uploading 1 30000", "2000 processing 1 28000"]);
  await w.advance(58_000);
  const got = await w.client.getJob("job_1");
  const { value } = await w.run(wait);
  assert.deepEqual([got.status, value.status], ["completed", "completed"]);
  assert.deepEqual(
    w.log(),
    [0, 1_000, 2_000, 3_000, 4_000, 30_000, 60_000, 62_000].map((at) => `${at} job_1`),
  );
  await w.nothingAfter(notified);
});

test("a nudge has who waits for the job, or in its project, poll as soon as the floor allows; many are one", async (t) => {
  for (const id of ["job_1", "proj_1"]) {
    await t.test(id, async (t) => {
      const w = waiting(t, { server: serverOf(life("job_1", [[0, "processing"]])) });
      w.client.waitForJob("job_1", { intervalMs: 60_000, signal: w.signal }).catch(() => {});
      await w.advance(1_000);
      assert.equal(w.client.nudge(id), true);
      assert.equal(w.client.nudge(id), true);
      await w.advance(20_000);
      assert.deepEqual(
        w.requests.map(({ at }) => at),
        [0, 5_000],
      );
      assert.equal(w.client.nudge("job_2"), false);
      w.abort.abort();
      await w.flush();
      assert.equal(w.client.nudge(id), false);
      await w.nothingAfter();
    });
  }
});

test("a nudge refuses what is no id, and a closed client says so", (t) => {
  const w = waiting(t, { server: () => ({}) });
  for (const id of ["", 7, undefined]) {
    assert.throws(() => w.client.nudge(id), { code: "invalid_argument", argument: "id" });
  }
  w.client.close();
  assert.throws(() => w.client.nudge("job_1"), { code: "client_closed" });
});
