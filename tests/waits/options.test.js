// The options of waits and watches: each wrong value is refused at the call, naming the option, before any request.

import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidArgumentError } from "../support/package.js";
import { life, serverOf, waiting } from "./support/waiting.js";

const duration = [-1, Number.NaN, "10000", null, true, {}, 10_000n];
const interval = [...duration, 0, 4_999, Infinity];
const flag = [1, 0, "true", null, {}];
const callback = ["log", null, {}, 1];

const PACE = {
  maxWaitMs: [...duration, 0],
  intervalMs: interval,
  minIntervalMs: interval,
  maxIntervalMs: interval,
  initialDelayMs: [...duration, Infinity],
  maxPollErrors: [-1, 1.5, Number.NaN, "5", null],
  state: [1, true, {}, [], 1n],
  timeoutMs: [...duration, 0, Infinity],
  maxRetries: [-1, 1.5, Number.NaN, Infinity, "2", null],
  signal: [{}, null, "signal", new AbortController(), { aborted: false }],
};
const WAIT = {
  ...PACE,
  onUpdate: callback,
  onPoll: callback,
  throwOnFailure: flag,
  onBlocked: ["Wait", "", true, null],
};
const WATCH_JOB = { ...PACE, onBlocked: WAIT.onBlocked, everyPoll: flag };
const WATCH_PROJECT = { ...PACE, everyPoll: flag, stopWhenIdle: flag };

const METHODS = {
  waitForJob: { argument: "jobId", known: WAIT, call: (client, id, options) => client.waitForJob(id, options) },
  waitForJobs: { argument: "jobIds", known: WAIT, call: (client, id, options) => client.waitForJobs([id], options) },
  watchJob: { argument: "jobId", known: WATCH_JOB, call: async (client, id, options) => client.watchJob(id, options) },
  watchProject: {
    argument: "projectId",
    known: WATCH_PROJECT,
    call: async (client, id, options) => client.watchProject(id, options),
  },
};

/** The argument at fault, after checking that the call was refused in the promised way. */
async function refused(call) {
  const error = await call.then(
    () => assert.fail("was accepted"),
    (error) => error,
  );
  assert.ok(error instanceof InvalidArgumentError, String(error));
  assert.equal(error.code, "invalid_argument");
  assert.ok(error.message.startsWith(error.argument), error.message);
  return error.argument;
}

for (const [method, { argument, known, call }] of Object.entries(METHODS)) {
  test(`${method} refuses every wrong value of every option, naming it`, async (t) => {
    const w = waiting(t, { server: serverOf() });
    for (const [option, values] of Object.entries(known)) {
      for (const value of values) {
        assert.equal(await refused(call(w.client, "id_1", { [option]: value })), option, `${option}: ${String(value)}`);
      }
    }
    assert.deepEqual(w.log(), []);
    await w.nothingAfter();
  });

  test(`${method} refuses options that it does not know, and what are no options`, async (t) => {
    const w = waiting(t, { server: serverOf() });
    const others = Object.keys({ ...WAIT, ...WATCH_JOB, ...WATCH_PROJECT, interval: 0, pollFloorMs: 0, apiKey: 0 });
    for (const option of others.filter((option) => !(option in known))) {
      assert.equal(await refused(call(w.client, "id_1", { [option]: undefined })), option);
    }
    for (const options of [null, 5, "options", [], true]) {
      assert.equal(await refused(call(w.client, "id_1", options)), "options");
    }
    await w.nothingAfter();
  });

  test(`${method} refuses an id that is none`, async (t) => {
    const w = waiting(t, { server: serverOf() });
    for (const id of ["", ".", "..", "a/b", "a\\b", "a?b", "a#b", "a%b", "a\nb", "\ud800", 5, null, undefined, {}]) {
      assert.equal(await refused(call(w.client, id)), argument, String(id));
    }
    await w.nothingAfter();
  });

  test(`${method} refuses bounds that cross, and takes them where they meet`, async (t) => {
    const w = waiting(t, { server: serverOf() });
    const crossed = { minIntervalMs: 20_000, maxIntervalMs: 19_999 };
    assert.equal(await refused(call(w.client, "id_1", crossed)), "minIntervalMs");
    assert.equal(await refused(call(w.client, "id_1", { ...crossed, intervalMs: 20_000 })), "minIntervalMs");
    call(w.client, "id_1", { minIntervalMs: 20_000, maxIntervalMs: 20_000 }).catch(() => {});
    w.client.close();
    await w.nothingAfter();
  });
}

test("watches throw when they are made, not when they are read", (t) => {
  const w = waiting(t, { server: serverOf() });
  assert.throws(() => w.client.watchJob("a/b"), InvalidArgumentError);
  assert.throws(() => w.client.watchJob("job_1", { intervalMs: 1 }), { argument: "intervalMs" });
  assert.throws(() => w.client.watchProject("proj_1", { onBlocked: "throw" }), { argument: "onBlocked" });
});

test("waitForJobs refuses what is no iterable of ids, a string too", async (t) => {
  const w = waiting(t, { server: serverOf() });
  const broken = {
    *[Symbol.iterator]() {
      yield "job_1";
      throw new Error("half way");
    },
  };
  for (const ids of ["job_1", undefined, null, 5, {}, { length: 1, 0: "job_1" }, ["job_1", 5], ["job_1", ""], broken]) {
    assert.equal(await refused(w.client.waitForJobs(ids)), "jobIds");
  }
  await assert.rejects(w.client.waitForJobs(["job_1", 5]), { message: "jobIds must be a string, at index 1" });
  await assert.rejects(w.client.waitForJobs(["a/b"]), { message: /^jobIds .*, at index 0$/ });
  assert.deepEqual(w.log(), []);
});

test("the floor is pollFloorMs of the client: lower it, and lower intervals are taken", async (t) => {
  const server = serverOf(
    life("job_1", [
      [0, "processing"],
      [100, "completed"],
    ]),
  );
  const w = waiting(t, { server, options: { pollFloorMs: 50 } });
  for (const option of ["intervalMs", "minIntervalMs", "maxIntervalMs"]) {
    assert.equal(await refused(w.client.waitForJob("job_1", { [option]: 49 })), option);
  }
  const { at } = await w.run(w.client.waitForJob("job_1", { intervalMs: 50 }));
  assert.equal(at, 100);
});

test("a floor above the defaults moves them", async (t) => {
  const server = serverOf(
    life("job_1", [
      [0, "processing"],
      [1, "completed"],
    ]),
  );
  const w = waiting(t, { server, options: { pollFloorMs: 60_000 } });
  const { at } = await w.run(w.client.waitForJob("job_1"));
  assert.equal(at, 60_000);
});

test("an option that is undefined counts as not given", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "completed"]])) });
  const options = Object.fromEntries(Object.keys(WAIT).map((option) => [option, undefined]));
  const { value } = await w.run(w.client.waitForJob("job_1", options));
  assert.equal(value.status, "completed");
});

test("a getter that throws is refused, naming the option", async (t) => {
  const w = waiting(t, { server: serverOf() });
  const options = {
    get maxWaitMs() {
      throw new Error("no");
    },
  };
  assert.equal(await refused(w.client.waitForJob("job_1", options)), "maxWaitMs");
});
