// A wait that goes on elsewhere: the state on updates and errors, and the option that takes it up.

import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidArgumentError, WaitTimeoutError } from "../support/package.js";
import { iso, life, serverOf, status, waiting } from "./support/waiting.js";

const pages = (from, done, status = "processing") => [from, status, { pageCount: 100, successfulPageCount: done }];

/** A life of every kind of phase: pages that come unevenly, a block, the end. */
function eventful() {
  const phases = [[0, "provisioning"], [9_000, "preflighting"], pages(31_000, 0)];
  for (let done = 1; done < 100; done++) phases.push(pages(31_000 + done * 4_321 + (done % 7) * 1_234, done));
  phases.push(pages(500_000, 99, "blocked_insufficient_credits"), pages(700_000, 100, "completed"));
  return life(
    "job_1",
    phases.sort(([one], [other]) => one - other),
  );
}

test("a history divided at every poll among processes equals that of one watch", async (t) => {
  const good = serverOf(eventful());
  const server = (request) => {
    if (request.number % 9 === 0) return status(503);
    return request.number % 13 === 0 ? status(429, {}, { "retry-after": "33" }) : good(request);
  };
  const options = { minIntervalMs: 5_000, maxIntervalMs: 60_000, maxPollErrors: Infinity };
  const facts = (w, { poll, elapsedMs, changed, terminal, progress, etaMs, nextPollMs }) => ({
    ...{ at: w.now(), poll, elapsedMs, changed, terminal, progress },
    ...{ etaMs: etaMs && Math.round(etaMs / 100), nextPollMs: nextPollMs && Math.ceil(nextPollMs) },
  });
  const near = (one, other) => {
    assert.ok(Math.abs(one.nextPollMs - other.nextPollMs) <= 15, `${JSON.stringify(one)} ${JSON.stringify(other)}`);
    assert.deepEqual({ ...one, nextPollMs: 0 }, { ...other, nextPollMs: 0 });
  };
  for (const random of [0, 0.123, 0.5, 0.987]) {
    const [whole, checked, resumed] = [[], [], []];
    await t.test(`one watch, random ${random}`, async (t) => {
      const w = waiting(t, { server, random, latency: 7 });
      const watch = w.client.watchJob("job_1", { ...options, everyPoll: true });
      for (;;) {
        const { value } = await w.run(watch.next());
        if (value.done) break;
        whole.push(facts(w, value.value));
      }
      assert.ok(whole.length > 10);
    });
    await t.test(`checks, random ${random}`, async (t) => {
      const w = waiting(t, { server, random, latency: 7 });
      for (let state = null; ; ) {
        const { value } = await w.run(w.client.checkJob("job_1", state, options));
        if (value.error === null) checked.push(facts(w, value));
        if (value.nextPollMs === null) break;
        state = value.state;
        await w.advance(value.nextPollMs);
      }
    });
    await t.test(`a watch a poll, random ${random}`, async (t) => {
      const w = waiting(t, { server, random, latency: 7 });
      for (let state; ; ) {
        const watch = w.client.watchJob("job_1", { ...options, everyPoll: true, state });
        const { value } = await w.run(watch.next());
        await watch.return();
        resumed.push(facts(w, value.value));
        if (value.value.terminal) break;
        state = value.value.state;
      }
    });
    assert.equal(checked.length, whole.length);
    for (const [place, fact] of whole.entries()) near(checked[place], fact);
    // The interval's jitter is drawn anew where a wait is taken up; here it is the same.
    assert.equal(resumed.length, whole.length);
    for (const [place, fact] of whole.entries()) near(resumed[place], fact);
  }
});

test("what a wait had until maxWaitMs is taken up by a check, and what that had by a wait", async (t) => {
  const server = serverOf(life("job_1", [pages(0, 10), pages(40_000, 100, "completed")]));
  const w = waiting(t, { server });
  const states = [];
  const onPoll = ({ poll, state }) => states.push([poll, state]);
  const eight = w.client.waitForJob("job_1", { intervalMs: 5_000, maxWaitMs: 8_000, onPoll });
  const { error } = await w.run(eight);
  assert.ok(error instanceof WaitTimeoutError);
  assert.deepEqual(w.log(), ["0 job_1", "5000 job_1"]);
  assert.deepEqual(
    states.map(([poll]) => poll),
    [1, 2],
  );
  for (const [, state] of [...states, [0, error.state]]) assert.match(state, /^[\w-]{20,160}$/);

  const early = (await w.run(w.client.checkJob("job_1", error.state, { intervalMs: 10_000 }))).value;
  assert.deepEqual([early.polled, early.nextPollMs, early.poll, early.elapsedMs], [false, 2_000, 2, 8_000]);
  await w.advance(2_000);
  const check = (await w.run(w.client.checkJob("job_1", early.state, { intervalMs: 10_000 }))).value;
  assert.deepEqual([check.poll, check.changed, check.nextPollMs], [3, false, 10_000]);

  const updates = [];
  const { value, at } = await w.run(
    w.client.waitForJob("job_1", {
      intervalMs: 10_000,
      maxWaitMs: 60_000,
      state: check.state,
      signal: w.signal,
      onPoll: ({ poll, changed, previous, elapsedMs }) => updates.push([poll, changed, previous?.status, elapsedMs]),
    }),
  );
  assert.deepEqual([value.status, at], ["completed", 40_000]);
  assert.deepEqual(w.log().slice(2), ["10000 job_1", "20000 job_1", "30000 job_1", "40000 job_1"]);
  assert.deepEqual(updates, [
    [4, false, undefined, 20_000],
    [5, false, "processing", 30_000],
    [6, true, "processing", 40_000],
  ]);
  await w.nothingAfter();
});

test("maxWaitMs counts from the beginning of what is taken up", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "processing"]])) });
  const { state } = (await w.run(w.client.checkJob("job_1", null, { intervalMs: 10_000 }))).value;
  const { error, at } = await w.run(w.client.waitForJob("job_1", { intervalMs: 10_000, maxWaitMs: 25_000, state }));
  assert.deepEqual([error.code, error.polls, error.elapsedMs, at], ["wait_timeout", 3, 25_000, 25_000]);
  await w.nothingAfter();
});

test("failures in a row, a Retry-After and the floor are taken up", async (t) => {
  const w = waiting(t, { server: () => status(503, {}, { "retry-after": "20" }) });
  const { state } = (await w.run(w.client.checkJob("job_1", null, { maxPollErrors: 2 }))).value;
  const { error, at } = await w.run(
    w.client.waitForJob("job_1", { intervalMs: 5_000, maxPollErrors: 2, state, signal: w.signal }),
  );
  assert.deepEqual([error.status, at], [503, 40_000]);
  assert.deepEqual(w.log(), ["0 job_1", "20000 job_1", "40000 job_1"]);
  await w.nothingAfter();
});

test("an older response is known as such by who takes a wait up, and an end that was reported is reported again", async (t) => {
  let current = pages(0, 50);
  const w = waiting(t, { server: () => ({ job: life("job_1", [current])(99_999) }) });
  current = pages(9_000, 60);
  const { state } = (await w.run(w.client.checkJob("job_1", null, { intervalMs: 5_000 }))).value;
  current = pages(8_000, 50);
  const watch = w.client.watchJob("job_1", { intervalMs: 5_000, state, everyPoll: true });
  const pending = watch.next();
  await w.advance(6_000);
  current = pages(10_000, 100, "completed");
  const { value } = await w.run(pending);
  assert.deepEqual([value.value.job.status, value.value.poll], ["completed", 3]);
  const ended = value.value.state;
  await w.advance(10_000);
  const again = await w.run(w.client.waitForJob("job_1", { state: ended }));
  assert.equal(again.value.status, "completed");
  await w.nothingAfter();
});

test("a watch of a project goes on where a check stopped, and the other way round: each end is reported once", async (t) => {
  const jobs = Array.from({ length: 30 }, (_, place) =>
    life(`job_${place}`, [
      [0, "processing"],
      [1_000 + place * 2_000, "completed"],
    ]),
  );
  const server = serverOf(...jobs, life("job_late", [[-1e9, "cancelled"]]));
  const w = waiting(t, { server });
  const ends = [];
  const note = (changed) => {
    for (const { id, status } of changed) if (status === "completed") ends.push(id);
  };
  const options = { intervalMs: 10_000, stopWhenIdle: true };
  let state = null;
  for (let round = 0; ; round++) {
    const { value } = await w.run(w.client.checkProject("proj_1", state, options));
    note(value.changed);
    assert.equal(value.poll, 2 * round + 1);
    if (value.nextPollMs === null) break;
    const watch = w.client.watchProject("proj_1", { ...options, state: value.state, everyPoll: true });
    const update = (await w.run(watch.next())).value;
    await watch.return();
    note(update.value.changed);
    assert.equal(update.value.poll, 2 * round + 2);
    assert.match(update.value.state, /^[\w-]+$/);
    if (update.value.nextPollMs === null) break;
    state = update.value.state;
    await w.advance(update.value.nextPollMs);
  }
  assert.deepEqual(
    ends,
    jobs.map((_, place) => `job_${place}`),
  );
  assert.deepEqual(
    w.requests.map(({ at }) => at),
    [0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000],
  );
  await w.nothingAfter();
});

test("a watch of a project that goes on yields nothing until something differs", async (t) => {
  const server = serverOf(
    life("job_1", [
      [0, "processing"],
      [25_000, "failed"],
    ]),
    life("job_2", [[-9e9, "completed"]]),
  );
  const w = waiting(t, { server });
  const { state } = (await w.run(w.client.checkProject("proj_1", null, { intervalMs: 10_000 }))).value;
  const watch = w.client.watchProject("proj_1", { intervalMs: 10_000, state, stopWhenIdle: true });
  const { value } = await w.run(watch.next());
  assert.deepEqual(
    value.value.changed.map(({ id, status }) => [id, status]),
    [["job_1", "failed"]],
  );
  assert.deepEqual([value.value.jobs.length, value.value.poll, w.now()], [2, 4, 30_000]);
  await w.nothingAfter();
});

test("who takes a wait up keeps the floor from the poll that its deadline cut off", async (t) => {
  for (const takenUp of ["checkJob", "waitForJob"]) {
    await t.test(takenUp, async (t) => {
      const w = waiting(t, { server: serverOf(life("job_1", [[0, "processing"]])), latency: 1_500 });
      const { error } = await w.run(w.client.waitForJob("job_1", { maxWaitMs: 8_000 }));
      assert.deepEqual([error.code, w.now(), w.log()], ["wait_timeout", 8_000, ["0 job_1", "7000 job_1"]]);
      const { state } = error;
      if (takenUp === "checkJob") {
        const { value } = await w.run(w.client.checkJob("job_1", state));
        assert.deepEqual([value.polled, value.nextPollMs], [false, 5_000]);
      } else {
        const next = await w.run(w.client.waitForJob("job_1", { state, maxWaitMs: 60_000 }));
        assert.ok(next.error.code === "wait_timeout" && w.requests[2].at >= 13_000, JSON.stringify(w.log()));
      }
    });
  }
});

test("a state that is no string is refused, naming it; one that cannot be read starts anew", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "completed", { updatedAt: iso(0) }]])) });
  for (const state of [1, {}, [], true, Symbol("state"), () => ""]) {
    for (const call of [
      async () => w.client.waitForJob("job_1", { state }),
      async () => w.client.waitForJobs(["job_1"], { state }),
      async () => w.client.watchJob("job_1", { state }),
      async () => w.client.watchProject("proj_1", { state }),
    ]) {
      await assert.rejects(call, (error) => error instanceof InvalidArgumentError && error.argument === "state");
    }
  }
  assert.equal(w.requests.length, 0);
  for (const state of ["", "nonsense", "\ud800", null, undefined]) {
    const polls = [];
    await w.run(w.client.waitForJob("job_1", { state, onPoll: ({ poll }) => polls.push(poll) }));
    assert.deepEqual(polls, [1]);
  }
  await w.nothingAfter();
});
