// One wait: what ends it, what it is notified of, what it leaves behind.

import assert from "node:assert/strict";
import { test } from "node:test";
import { JobBlockedError, JobFailedError, jobStatuses } from "../support/package.js";
import { job } from "../support/samples.js";
import { iso, life, serverOf, waiting } from "./support/waiting.js";

const TERMINAL = ["completed", "completed_with_errors", "failed", "cancelled", "expired"];

for (const status of TERMINAL) {
  test(`a job that is ${status} at the first look resolves after one request and leaves no timer`, async (t) => {
    const w = waiting(t, { server: serverOf(life("job_1", [[0, status]])) });
    const { value, at } = await w.run(w.client.waitForJob("job_1", { signal: w.signal }));
    assert.equal(value.status, status);
    assert.equal(at, 0);
    assert.deepEqual(w.log(), ["0 job_1"]);
    await w.nothingAfter();
  });
}

test("every status that is not terminal, unknown ones included, is polled again at the same interval", async (t) => {
  const known = jobStatuses().map(({ status }) => status);
  const statuses = [...known.filter((status) => !TERMINAL.includes(status)), "archiving", "COMPLETED", ""];
  const phases = [...statuses, "completed"].map((status, index) => [index * 12_000, status]);
  const w = waiting(t, { server: serverOf(life("job_1", phases)) });
  const polls = [];
  const { value, at } = await w.run(
    w.client.waitForJob("job_1", { intervalMs: 12_000, onPoll: ({ job }) => polls.push(job.status) }),
  );
  assert.equal(value.status, "completed");
  assert.equal(at, statuses.length * 12_000);
  assert.deepEqual(polls, [...statuses, "completed"]);
  assert.deepEqual(
    w.requests.map((request) => request.at),
    phases.map(([from]) => from),
  );
  await w.nothingAfter(polls);
});

test("each update says everything that the declarations promise", async (t) => {
  const pages = (done) => ({ pageCount: 100, successfulPageCount: done });
  const server = serverOf(
    life("job_1", [
      [0, "processing", pages(0)],
      [10_000, "processing", pages(50)],
      [30_000, "completed", pages(100)],
    ]),
  );
  const w = waiting(t, { server, latency: 200 });
  const updates = [];
  const polls = [];
  const { value } = await w.run(
    w.client.waitForJob("job_1", {
      intervalMs: 10_000,
      onUpdate: (update) => updates.push({ ...update, at: w.now() }),
      onPoll: (update) => polls.push({ ...update, at: w.now() }),
    }),
  );
  assert.equal(polls.length, 4);
  const seen = polls.map(({ job }) => job);
  const [first, second, third, last] = polls;
  for (const { state } of polls) assert.match(state, /^[\w-]{20,160}$/);
  assert.deepEqual(
    polls.map(({ job, etaMs, state, ...rest }) => rest),
    [
      {
        previous: null,
        changed: true,
        terminal: false,
        progress: 0,
        poll: 1,
        elapsedMs: 200,
        nextPollMs: 10_000,
        at: 200,
      },
      {
        previous: seen[0],
        changed: true,
        terminal: false,
        progress: 0.5,
        poll: 2,
        elapsedMs: 10_400,
        nextPollMs: 10_000,
        at: 10_400,
      },
      {
        previous: seen[1],
        changed: false,
        terminal: false,
        progress: 0.5,
        poll: 3,
        elapsedMs: 20_600,
        nextPollMs: 10_000,
        at: 20_600,
      },
      {
        previous: seen[2],
        changed: true,
        terminal: true,
        progress: 1,
        poll: 4,
        elapsedMs: 30_800,
        nextPollMs: null,
        at: 30_800,
      },
    ],
  );
  assert.equal(first.etaMs, null, "nothing can be said after one look");
  assert.ok(second.etaMs > 5_000 && second.etaMs < 20_000, `half in ten seconds: ${second.etaMs}`);
  assert.ok(third.etaMs < second.etaMs);
  assert.equal(last.etaMs, null);
  assert.deepEqual(updates, [first, second, last]);
  assert.equal(value, last.job);
  assert.equal(value.status, "completed");
  await w.nothingAfter(updates, polls);
});

test("a difference in any field is an update, the order of fields and a URL signed anew at the end are none", async (t) => {
  const responses = [
    job({ status: "processing" }),
    job({ status: "processing", files: [{ id: "f", fileName: "a.pdf", status: "processing" }] }),
    job({ status: "processing", files: [{ status: "processing", fileName: "a.pdf", id: "f" }] }),
    job({ status: "processing", files: [{ id: "f", fileName: "a.pdf", status: "completed" }] }),
    job({
      status: "processing",
      files: [{ id: "f", fileName: "a.pdf", status: "completed" }],
      addedLater: { deep: [1] },
    }),
    job({
      status: "processing",
      files: [{ id: "f", fileName: "a.pdf", status: "completed" }],
      addedLater: { deep: [2] },
    }),
    job({ status: "processing", files: [{ id: "f", fileName: "a.pdf", status: "completed" }] }),
    job({ status: "failed", updatedAt: iso(1e9) }),
  ];
  const w = waiting(t, { server: ({ number }) => ({ job: responses[number - 1] }) });
  const changed = [];
  await w.run(w.client.waitForJob("job_1", { intervalMs: 5_000, onPoll: (update) => changed.push(update.changed) }));
  assert.deepEqual(changed, [true, true, false, true, true, true, true, true]);
});

test("a response older than what is known changes nothing and is reported with what is known", async (t) => {
  const updated = [20, 10, 30, 40];
  const statuses = ["processing", "preflighting", "processing", "completed"];
  const w = waiting(t, {
    server: ({ number }) => ({
      job: job({ status: statuses[number - 1], updatedAt: iso(updated[number - 1] * 1_000) }),
    }),
  });
  const polls = [];
  const updates = [];
  await w.run(
    w.client.waitForJob("job_1", {
      intervalMs: 5_000,
      onPoll: ({ job, changed, poll }) => polls.push([poll, job.status, job.updatedAt, changed]),
      onUpdate: ({ poll }) => updates.push(poll),
    }),
  );
  assert.deepEqual(polls, [
    [1, "processing", iso(20_000), true],
    [2, "processing", iso(20_000), false],
    [3, "processing", iso(30_000), true],
    [4, "completed", iso(40_000), true],
  ]);
  assert.deepEqual(updates, [1, 3, 4]);
});

test("an end counts though its time is a little before what is known: clocks of servers differ, and times lack milliseconds", async (t) => {
  const before = { status: "processing", updatedAt: iso(24_000), projectId: "proj_1", createdAt: iso(0) };
  const server = ({ at, kind, id }) => {
    const one = (id) =>
      job(at < 25_000 ? { ...before, id } : { ...before, id, status: "completed", updatedAt: iso(23_995) });
    return kind === "list" ? { jobs: ["job_1", "job_2"].map(one) } : { job: one(id) };
  };
  const w = waiting(t, { server });
  const options = { intervalMs: 10_000 };
  const ends = async (updates) => {
    for await (const { job, current } of updates)
      if ((job ?? current ?? { status: "completed" }).status === "completed") return w.now();
  };
  const { value } = await w.run(
    Promise.all([
      w.client.waitForJob("job_1", options).then(() => w.now()),
      w.client.waitForJobs(["job_1", "job_2"], options).then(() => w.now()),
      ends(w.client.watchJob("job_2", options)),
      ends(w.client.watchProject("proj_1", { ...options, stopWhenIdle: true })),
    ]),
  );
  assert.deepEqual(value, [30_000, 30_000, 30_000, 30_000]);
  const told = [];
  for (let state = null; told.length < 3; ) {
    const check = (await w.run(w.client.checkProject("proj_1", state, options))).value;
    state = check.state;
    told.push(check.changed.length);
  }
  assert.deepEqual(told, [2, 0, 0]);
  await w.nothingAfter();
});

for (const status of ["failed", "cancelled", "expired"]) {
  test(`with throwOnFailure a job that is ${status} rejects with JobFailedError after its last update`, async (t) => {
    const w = waiting(t, {
      server: serverOf(
        life("job_1", [
          [0, "processing"],
          [5_000, status],
        ]),
      ),
    });
    const updates = [];
    const wait = w.client.waitForJob("job_1", {
      intervalMs: 5_000,
      throwOnFailure: true,
      signal: w.signal,
      onUpdate: ({ job }) => updates.push(job),
    });
    const { state, error, at } = await w.run(wait);
    assert.equal(state, "rejected");
    assert.ok(error instanceof JobFailedError);
    assert.deepEqual([error.name, error.code, at], ["JobFailedError", "job_failed", 5_000]);
    assert.equal(error.job, updates[1]);
    assert.equal(error.job.status, status);
    await w.nothingAfter(updates);
  });
}

test("with throwOnFailure a job with a partial result resolves", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "completed_with_errors"]])) });
  const { value } = await w.run(w.client.waitForJob("job_1", { throwOnFailure: true }));
  assert.equal(value.status, "completed_with_errors");
});

test('a blocked job is waited for, and with onBlocked "throw" it rejects with JobBlockedError', async (t) => {
  const blocked = life("job_1", [
    [0, "processing"],
    [10_000, "blocked_insufficient_credits"],
    [60_000, "completed"],
  ]);
  const w = waiting(t, { server: serverOf(blocked) });
  const { value, at } = await w.run(w.client.waitForJob("job_1", { intervalMs: 10_000, onBlocked: "wait" }));
  assert.deepEqual([value.status, at], ["completed", 60_000]);
  await w.nothingAfter();
  w.clock.setSystemTime(Date.parse(iso(0)));
  const updates = [];
  const wait = w.client.waitForJob("job_1", {
    intervalMs: 10_000,
    onBlocked: "throw",
    signal: w.signal,
    onUpdate: ({ job, terminal }) => updates.push([job.status, terminal]),
  });
  const { error } = await w.run(wait);
  assert.ok(error instanceof JobBlockedError);
  assert.deepEqual([error.name, error.code], ["JobBlockedError", "job_blocked"]);
  assert.equal(error.job.status, "blocked_insufficient_credits");
  assert.deepEqual(updates, [
    ["processing", false],
    ["blocked_insufficient_credits", false],
  ]);
  await w.nothingAfter(updates);
});

test("a poll is a request with its own retries, which are not polls of their own", async (t) => {
  const failing = serverOf(
    life("job_1", [
      [0, "processing"],
      [10_000, "completed"],
    ]),
  );
  const w = waiting(t, {
    server: (request) => (request.number === 1 ? new Response("", { status: 503 }) : failing(request)),
    options: { maxRetries: 2 },
  });
  const polls = [];
  await w.run(w.client.waitForJob("job_1", { intervalMs: 10_000, onPoll: ({ poll }) => polls.push(poll) }));
  assert.deepEqual(w.log(), ["0 job_1", "500 job_1", "10500 job_1"]);
  assert.deepEqual(polls, [1, 2]);
  await w.nothingAfter(polls);
});

test("initialDelayMs is the time before the first poll", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "completed"]])) });
  const { at } = await w.run(w.client.waitForJob("job_1", { initialDelayMs: 7_500 }));
  assert.equal(at, 7_500);
  assert.deepEqual(w.log(), ["7500 job_1"]);
});
