// checkJob and checkProject: one poll of a wait that lives in a text, with everything but the caller's mistakes as data.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ApiError,
  ConnectionError,
  InvalidArgumentError,
  InvalidResponseError,
  PlangrepClient,
  PlangrepError,
  TimeoutError,
  WaitTimeoutError,
} from "../support/package.js";
import { KEY } from "../support/samples.js";
import { iso, life, serverOf, silence, status, waiting } from "./support/waiting.js";

const options = { intervalMs: 10_000 };
const pages = (from, done, status = "processing") => [from, status, { pageCount: 100, successfulPageCount: done }];

/** Checks again and again, as each says, and gives what each said and when. */
async function chain(w, check, { most = 50 } = {}) {
  const checks = [];
  for (let state = null; checks.length < most; ) {
    const { value } = await w.run(check(state));
    checks.push({ at: w.now(), ...value });
    if (value.nextPollMs === null) break;
    state = value.state;
    await w.advance(value.nextPollMs);
  }
  return checks;
}

test("a chain of checks polls when each says until the job is terminal, and then it is over", async (t) => {
  const server = serverOf(life("job_1", [pages(0, 0), pages(12_000, 10), pages(24_000, 100, "completed")]));
  const w = waiting(t, { server });
  const checks = await chain(w, (state) => w.client.checkJob("job_1", state, { intervalMs: 10_000 }));
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1", "20000 job_1", "30000 job_1"]);
  assert.deepEqual(
    checks.map(({ polled, poll, elapsedMs, changed, progress, nextPollMs, terminal, error }) => [
      ...[polled, poll, elapsedMs, changed, progress, nextPollMs, terminal, error],
    ]),
    [
      [true, 1, 0, true, 0, 10_000, false, null],
      [true, 2, 10_000, false, 0, 10_000, false, null],
      [true, 3, 20_000, true, 0.1, 10_000, false, null],
      [true, 4, 30_000, true, 1, null, true, null],
    ],
  );
  const { job, state, etaMs, ...rest } = checks.at(-1);
  assert.deepEqual([job.id, job.status, etaMs, typeof state], ["job_1", "completed", null, "string"]);
  assert.deepEqual(Object.keys(rest).sort(), [
    "at",
    "changed",
    "elapsedMs",
    "error",
    "nextPollMs",
    "poll",
    "polled",
    "progress",
    "terminal",
  ]);
  // Once more: it is over again, and nothing has changed.
  await w.advance(60_000);
  const { value } = await w.run(w.client.checkJob("job_1", state));
  assert.deepEqual([value.poll, value.changed, value.nextPollMs, value.job], [5, false, null, job]);
  await w.nothingAfter();
});

test("a check within the floor sends nothing and says how long it is too early; later it polls, however early", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [pages(0, 5)])) });
  const first = (await w.run(w.client.checkJob("job_1", null, { intervalMs: 60_000 }))).value;
  assert.equal(first.nextPollMs, 60_000);
  await w.advance(1_500);
  const early = (await w.run(w.client.checkJob("job_1", first.state, { intervalMs: 60_000 }))).value;
  const { state, ...rest } = early;
  assert.deepEqual(rest, {
    polled: false,
    poll: 1,
    elapsedMs: 1_500,
    nextPollMs: 3_500,
    job: null,
    terminal: false,
    changed: false,
    progress: 0.05,
    etaMs: null,
    error: null,
  });
  await w.advance(3_500);
  const later = (await w.run(w.client.checkJob("job_1", state, { intervalMs: 60_000 }))).value;
  assert.deepEqual([later.polled, later.poll, later.nextPollMs], [true, 2, 60_000]);
  assert.deepEqual(w.log(), ["0 job_1", "5000 job_1"]);
  await w.nothingAfter();
});

test("fifteen responses of 503 with Retry-After are data, are kept, and use nothing up", async (t) => {
  let left = 15;
  const good = serverOf(life("job_1", [[0, "completed"]]));
  const server = (request) => (left-- > 0 ? status(503, { code: "busy" }, { "retry-after": "8" }) : good(request));
  const w = waiting(t, { server });
  const checks = await chain(w, (state) =>
    w.client.checkJob("job_1", state, { maxPollErrors: Infinity, maxWaitMs: 3_600_000, intervalMs: 5_000 }),
  );
  assert.deepEqual(
    w.requests.map(({ at }) => at),
    Array.from({ length: 16 }, (_, place) => place * 8_000),
  );
  for (const { error, job, nextPollMs, terminal } of checks.slice(0, -1)) {
    assert.ok(error instanceof ApiError && error.retryAfterMs === 8_000 && error.attempts === 1);
    assert.deepEqual([job, nextPollMs, terminal], [null, 8_000, false]);
  }
  assert.deepEqual([checks.at(-1).error, checks.at(-1).job.status, checks.at(-1).poll], [null, "completed", 16]);
  // One that comes too soon hears so.
  left = 1;
  const failed = (await w.run(w.client.checkJob("job_1"))).value;
  await w.advance(6_000);
  const { value } = await w.run(w.client.checkJob("job_1", failed.state));
  assert.deepEqual([value.polled, value.nextPollMs], [false, 2_000]);
  await w.nothingAfter();
});

test("what a wait does not survive is data too, and it is over with it", async (t) => {
  const responses = [
    [() => status(404, { code: "not_found" }), ApiError, "not_found"],
    [() => status(401), ApiError, "unauthorized"],
  ];
  for (const [server, type, code] of responses) {
    await t.test(code, async (t) => {
      const w = waiting(t, { server });
      const { state, error, ...rest } = (await w.run(w.client.checkJob("job_1"))).value;
      assert.ok(error instanceof type);
      assert.equal(error.code, code);
      assert.deepEqual(rest, {
        polled: true,
        poll: 1,
        elapsedMs: 0,
        nextPollMs: null,
        job: null,
        terminal: false,
        changed: false,
        progress: null,
        etaMs: null,
      });
      await w.nothingAfter();
    });
  }
});

test("failures in a row are counted through the state, and a good poll resets the count", async (t) => {
  const good = serverOf(life("job_1", [[0, "processing"]]));
  const fails = [1, 2, 4, 5, 6];
  const w = waiting(t, { server: (request) => (fails.includes(request.number) ? status(500) : good(request)) });
  const checks = await chain(w, (state) => w.client.checkJob("job_1", state, { maxPollErrors: 2, intervalMs: 10_000 }));
  assert.deepEqual(
    checks.map(({ error, nextPollMs }) => [error?.code ?? null, nextPollMs]),
    [
      ["server_error", 10_000],
      ["server_error", 10_000],
      [null, 10_000],
      ["server_error", 10_000],
      ["server_error", 10_000],
      ["server_error", null],
    ],
  );
  await w.nothingAfter();
});

test("every kind of failure that passes is reported and survived, after one attempt", async (t) => {
  const kinds = {
    timeout: [() => silence, TimeoutError],
    "a broken connection": [
      () => {
        throw new TypeError("fetch failed");
      },
      ConnectionError,
    ],
    "a captive portal": [() => new Response("<html>"), InvalidResponseError],
  };
  for (const [name, [server, type]] of Object.entries(kinds)) {
    await t.test(name, async (t) => {
      const w = waiting(t, { server, options: { maxRetries: 2 } });
      const { value } = await w.run(w.client.checkJob("job_1"));
      assert.ok(value.error instanceof type, String(value.error));
      assert.ok(value.nextPollMs >= 5_000);
      assert.equal(w.requests.length, 1);
      await w.nothingAfter();
    });
  }
  await t.test("a key function that throws", async (t) => {
    const apiKey = () => {
      throw new Error("vault");
    };
    const w = waiting(t, { server: () => silence, options: { apiKey } });
    const { value } = await w.run(w.client.checkJob("job_1"));
    assert.deepEqual([value.error.argument, value.nextPollMs > 0, w.requests.length], ["apiKey", true, 0]);
  });
  await t.test("maxRetries where it is given", async (t) => {
    const w = waiting(t, { server: () => status(500) });
    const { value } = await w.run(w.client.checkJob("job_1", null, { maxRetries: 2 }));
    assert.deepEqual([value.error.attempts, value.poll, w.requests.length], [3, 1, 3]);
  });
});

test("maxWaitMs counts from the first check: the last poll before it, or one that comes after it, ends the wait", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "processing"]])) });
  const options = { intervalMs: 10_000, maxWaitMs: 35_500 };
  const checks = await chain(w, (state) => w.client.checkJob("job_1", state, options));
  assert.deepEqual(
    checks.map(({ at, nextPollMs }) => [at, nextPollMs]),
    [
      [0, 10_000],
      [10_000, 10_000],
      [20_000, 10_000],
      [30_000, 5_000],
      [35_000, null],
    ],
  );
  const { error, job, state } = checks.at(-1);
  assert.ok(error instanceof WaitTimeoutError);
  assert.equal(error.jobId, "job_1");
  assert.deepEqual([error.lastJob, error.lastError, error.polls, error.elapsedMs], [job, null, 5, 35_000]);
  assert.deepEqual([job.status, error.state], ["processing", state]);
  // The worker was late: one poll, and the end; a longer time goes on from the same state.
  await w.advance(600_000);
  const late = (await w.run(w.client.checkJob("job_1", checks[2].state, options))).value;
  assert.deepEqual([late.polled, late.poll, late.nextPollMs, late.error.code], [true, 4, null, "wait_timeout"]);
  await w.advance(10_000);
  const longer = (await w.run(w.client.checkJob("job_1", state, { ...options, maxWaitMs: 1e9 }))).value;
  assert.deepEqual([longer.poll, longer.nextPollMs, longer.error], [6, 10_000, null]);
  await w.nothingAfter();
});

test("a state that cannot be read, or is about another job, starts anew and is no error", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "processing"]]), life("job_2", [[0, "processing"]])) });
  const { state } = (await w.run(w.client.checkJob("job_1"))).value;
  const project = (await w.run(w.client.checkProject("proj_1"))).value.state;
  const states = ["", "x", `${state}A`, state.slice(1), state.toLowerCase(), project, "\ud800", "é".repeat(99)];
  for (const damaged of [...states, "A".repeat(20_000_000), null, undefined]) {
    const { value } = await w.run(w.client.checkJob("job_1", damaged));
    assert.deepEqual([value.polled, value.poll, value.error], [true, 1, null], String(damaged).slice(0, 99));
  }
  assert.equal((await w.run(w.client.checkJob("job_2", state))).value.poll, 1);
  assert.equal((await w.run(w.client.checkProject("proj_1", state))).value.poll, 1);
  await w.nothingAfter();
});

test("it rejects for arguments, an abort and a closed client alone", async (t) => {
  const w = waiting(t, { server: () => silence });
  const refused = async (promise, argument) => {
    const error = await promise.then(
      () => assert.fail("was accepted"),
      (error) => error,
    );
    assert.ok(error instanceof InvalidArgumentError, String(error));
    assert.equal(error.argument, argument);
  };
  for (const state of [1, {}, [], true, Symbol("state"), () => "", new String("state"), new Uint8Array(8), 1n]) {
    await refused(w.client.checkJob("job_1", state), "state");
    await refused(w.client.checkProject("proj_1", state), "state");
  }
  for (const id of ["", "..", "a/b", 1, null, undefined]) {
    await refused(w.client.checkJob(id), "jobId");
    await refused(w.client.checkProject(id), "projectId");
  }
  const wrong = {
    intervalMs: [4_999, "10000", null],
    minIntervalMs: [4_999],
    maxIntervalMs: [4_999],
    maxWaitMs: [0, -1, Number.NaN],
    maxPollErrors: [-1, 1.5],
    timeoutMs: [0],
    maxRetries: [-1],
    signal: [{}],
    initialDelayMs: [0],
    onUpdate: [() => {}],
    everyPoll: [true],
    state: ["x"],
  };
  for (const [option, values] of Object.entries({ ...wrong, stopWhenIdle: [true] })) {
    for (const value of values) await refused(w.client.checkJob("job_1", null, { [option]: value }), option);
  }
  for (const [option, values] of Object.entries({ ...wrong, stopWhenIdle: [1, null] })) {
    for (const value of values) await refused(w.client.checkProject("proj_1", null, { [option]: value }), option);
  }
  assert.equal(w.requests.length, 0);

  const reason = new Error("enough");
  const pending = w.client.checkJob("job_1", null, { signal: w.signal });
  await w.flush();
  w.abort.abort(reason);
  assert.equal((await w.run(pending)).error, reason);
  assert.deepEqual(
    w.requests.map(({ state }) => state),
    ["aborted"],
  );
  assert.equal((await w.run(w.client.checkJob("job_1", null, { signal: w.signal }))).error, reason);
  const closed = w.client.checkProject("proj_1");
  await w.flush();
  w.client.close();
  const { error } = await w.run(closed);
  assert.ok(error instanceof PlangrepError);
  assert.deepEqual(
    [error.code, error.projectId, new URL(error.url).pathname],
    ["client_closed", "proj_1", "/api/open/v1/projects/proj_1/jobs"],
  );
  assert.equal((await w.run(w.client.checkJob("job_1"))).error.code, "client_closed");
  await w.nothingAfter();
});

test("a response that is older than what is known changes nothing", async (t) => {
  const responses = [pages(9_000, 50), pages(8_000, 40), pages(9_000, 50)];
  const server = ({ number }) => ({ job: life("job_1", [responses[number - 1]])(9_999) });
  const w = waiting(t, { server });
  const checks = await chain(w, (state) => w.client.checkJob("job_1", state, { intervalMs: 10_000 }), { most: 3 });
  assert.deepEqual(
    checks.map(({ job, changed, progress, nextPollMs }) => [job?.successfulPageCount, changed, progress, nextPollMs]),
    [
      [50, true, 0.5, 10_000],
      [undefined, false, 0.5, 10_000],
      [50, false, 0.5, 10_000],
    ],
  );
  await w.nothingAfter();
});

test("any field that differs is a change, the order of the fields and a link that is signed anew are none", async (t) => {
  const jobs = [
    { status: "processing", later: { a: 1, b: [1, { c: 2 }] } },
    { later: { b: [1, { c: 2 }], a: 1 }, status: "processing" },
    { status: "processing", later: { a: 1, b: [1, { c: 3 }] } },
    { status: "completed", resultUrl: "https://files.example/1" },
    { status: "completed", resultUrl: "https://files.example/2" },
  ];
  const server = ({ number }) => ({ job: life("job_1", [[0, jobs[number - 1].status, jobs[number - 1]]])(0) });
  const w = waiting(t, { server });
  const changes = [];
  for (let state = null; changes.length < jobs.length; ) {
    const { value } = await w.run(w.client.checkJob("job_1", state));
    changes.push(value.changed);
    state = value.state;
    await w.advance(10_000);
  }
  assert.deepEqual(changes, [true, false, true, true, false]);
});

test("no state holds the key, a URL or a part of the job, and a thousand polls make it no longer", async (t) => {
  const server = ({ at }) => ({ job: life("job_secret", [pages(at, Math.floor(at / 1_000) % 90)])(at) });
  const w = waiting(t, { server });
  let longest = 0;
  for (let state = null, polls = 0; polls < 1_000; polls++) {
    const { value } = await w.run(w.client.checkJob("job_secret", state, { intervalMs: 5_000 }));
    state = value.state;
    assert.match(state, /^[\w-]+$/);
    longest = Math.max(longest, state.length);
    await w.advance(5_000);
  }
  assert.ok(longest <= 160, `${longest} bytes`);
  t.diagnostic(`${longest} bytes at most`);
});

test("a project's chain costs one request a poll and reports each end once", async (t) => {
  const jobs = Array.from({ length: 200 }, (_, place) =>
    life(`job_${place}`, [
      [0, "processing"],
      [1_000 + place * 400, "completed"],
    ]),
  );
  const old = life("job_old", [[-9e9, "completed"]]);
  const w = waiting(t, { server: serverOf(...jobs, old) });
  const checks = await chain(w, (state) =>
    w.client.checkProject("proj_1", state, { intervalMs: 10_000, stopWhenIdle: true }),
  );
  assert.deepEqual(
    w.log(),
    checks.map(({ at }) => `${at} [proj_1]`),
  );
  assert.equal(checks.length, 10);
  assert.deepEqual([checks[0].jobs.length, checks[0].changed.length, checks[0].current.id], [201, 201, "job_0"]);
  const ends = checks.slice(1).flatMap(({ changed }) => changed.map(({ id, status }) => [id, status]));
  assert.deepEqual(
    ends,
    jobs.map((_, place) => [`job_${place}`, "completed"]),
  );
  const last = checks.at(-1);
  assert.deepEqual([last.nextPollMs, last.error, last.current, last.poll], [null, null, null, 10]);
  for (const { state, jobs } of checks) {
    const active = jobs.filter(({ status }) => status === "processing").length;
    // Ends of the last seconds are told by a hash.
    assert.ok(state.length <= 110 * active + 600, `${state.length} bytes for ${active} active jobs`);
    assert.match(state, /^[\w-]+$/);
  }
  t.diagnostic(`${Math.round(checks[0].state.length / 200)} bytes an active job`);
  await w.nothingAfter();
});

test("a project's check that fails or comes too early has no jobs, and the changes come with the next", async (t) => {
  const good = serverOf(
    life("job_1", [
      [0, "processing"],
      [5_000, "failed"],
    ]),
  );
  const w = waiting(t, { server: (request) => (request.number === 2 ? status(502) : good(request)) });
  const check = (state) => w.client.checkProject("proj_1", state, { intervalMs: 10_000 });
  const first = (await w.run(check(null))).value;
  const early = (await w.run(check(first.state))).value;
  assert.deepEqual(
    [early.polled, early.jobs, early.changed, early.current, early.nextPollMs, early.error],
    [false, null, [], null, 5_000, null],
  );
  await w.advance(10_000);
  const failed = (await w.run(check(first.state))).value;
  assert.deepEqual(
    [failed.polled, failed.jobs, failed.changed, failed.nextPollMs, failed.error.status],
    [true, null, [], 10_000, 502],
  );
  await w.advance(10_000);
  const third = (await w.run(check(failed.state))).value;
  assert.deepEqual(
    third.changed.map(({ status }) => status),
    ["failed"],
  );
  assert.deepEqual([third.poll, third.nextPollMs, third.error], [3, 10_000, null]);
  await w.nothingAfter();
});

test("checks of different processes, whose clocks differ, never wait longer than was stored", async (t) => {
  const w = waiting(t, { server: () => status(503, {}, { "retry-after": "30" }) });
  const { state } = (await w.run(w.client.checkJob("job_1"))).value;
  // Another machine, whose clock is an hour behind.
  t.mock.method(Date, "now", () => w.clock.now - 3_600_000);
  let check = (await w.run(w.client.checkJob("job_1", state))).value;
  assert.deepEqual([check.polled, check.nextPollMs, check.elapsedMs], [false, 30_000, 0]);
  await w.advance(30_000);
  check = (await w.run(w.client.checkJob("job_1", check.state))).value;
  assert.deepEqual([check.polled, check.poll], [true, 2]);
});

test("two clients, two checks at once: nothing is shared, each makes its request", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "processing"]])) });
  const other = new PlangrepClient({ apiKey: KEY, fetch: async () => new Response(`{"job":{}}`) });
  const all = await Promise.all([
    w.client.checkJob("job_1"),
    w.client.checkJob("job_1"),
    other.checkJob("job_1", null, { maxRetries: 0 }),
  ]);
  assert.deepEqual(
    all.map(({ poll, error }) => [poll, error?.code ?? null]),
    [
      [1, null],
      [1, null],
      [1, "invalid_response"],
    ],
  );
  assert.equal(w.requests.length, 2);
});

test("what was updated tells the age of a job in the server's time", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [[0, "processing", { updatedAt: iso(-500) }]])) });
  const { value } = await w.run(w.client.checkJob("job_1"));
  assert.equal(value.job.updatedAt, iso(-500));
});

test("a state goes through JSON, a URL, a header and a form unharmed", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [pages(0, 5)])) });
  const { state } = (await w.run(w.client.checkJob("job_1"))).value;
  const url = new URL("https://app.example/wait");
  url.searchParams.set("state", state);
  url.hash = state;
  const form = new URLSearchParams({ state }).toString();
  const ways = [
    JSON.parse(JSON.stringify({ state })).state,
    new URL(url.href).searchParams.get("state"),
    new URL(url.href).hash.slice(1),
    new URL(`https://app.example/${state}`).pathname.slice(1),
    new Headers({ "x-state": state }).get("x-state"),
    new URLSearchParams(form).get("state"),
    decodeURIComponent(state),
    structuredClone(state),
  ];
  await w.advance(10_000);
  for (const way of ways) {
    assert.equal(way, state);
    assert.equal((await w.run(w.client.checkJob("job_1", way))).value.poll, 2);
  }
});

test("a Retry-After of any length and form is in nextPollMs, and maxWaitMs ends a wait that it outlasts", async (t) => {
  const given = ["0", "1", "90", "86400", new Date(Date.parse("2026-01-01T00:02:00Z")).toUTCString(), "soon"];
  for (const [after, least] of [
    [given[0], 5_000],
    [given[1], 5_000],
    [given[2], 90_000],
    [given[3], 86_400_000],
    [given[4], 120_000],
    [given[5], 5_000],
  ]) {
    await t.test(after, async (t) => {
      const w = waiting(t, { server: () => status(503, {}, { "retry-after": after }) });
      const { value } = await w.run(w.client.checkJob("job_1", null, { maxPollErrors: Infinity, intervalMs: 5_000 }));
      assert.deepEqual([value.error.status, value.nextPollMs], [503, least]);
      // What comes before is told how long it is too early.
      const early = (await w.run(w.client.checkJob("job_1", value.state, { intervalMs: 5_000 }))).value;
      assert.deepEqual([early.polled, early.nextPollMs, w.requests.length], [false, least, 1]);
    });
  }
});

for (const [what, jobs] of [
  ["without jobs", []],
  ["whose jobs all ended", [life("job_1", [[0, "failed"]])]],
]) {
  test(`a project ${what} is checked, and idle`, async (t) => {
    const w = waiting(t, { server: serverOf(...jobs) });
    const { value } = await w.run(w.client.checkProject("proj_1", null, options));
    assert.deepEqual(
      [value.jobs.length, value.changed.length, value.current, value.nextPollMs, value.error],
      [jobs.length, jobs.length, null, 10_000, null],
    );
    await w.advance(10_000);
    const idle = (await w.run(w.client.checkProject("proj_1", value.state, { ...options, stopWhenIdle: true }))).value;
    assert.deepEqual([idle.poll, idle.nextPollMs, idle.changed, idle.error], [2, null, [], null]);
    await w.nothingAfter();
  });
}

test("a project of five thousand jobs has a short state, and each of its ends is reported once", async (t) => {
  const jobs = Array.from({ length: 5_000 }, (_, place) =>
    life(
      `job_${place}`,
      place < 4_900
        ? [[-9e9, "completed"]]
        : [
            [0, "processing"],
            [place * 5, "completed"],
          ],
    ),
  );
  const w = waiting(t, { server: serverOf(...jobs) });
  const checks = await chain(w, (state) => w.client.checkProject("proj_1", state, { ...options, stopWhenIdle: true }));
  assert.ok(checks[0].state.length <= 110 * 100 + 600, `${checks[0].state.length} bytes`);
  assert.deepEqual([checks[0].jobs.length, checks[0].changed.length], [5_000, 5_000]);
  const ends = checks.slice(1).flatMap(({ changed }) => changed.map(({ id }) => id));
  assert.deepEqual(
    ends,
    Array.from({ length: 100 }, (_, place) => `job_${place + 4_900}`),
  );
  assert.equal(w.requests.length, checks.length);
});

test("a state of one project is none for another, nor for a job in it, and none for another client's server", async (t) => {
  const w = waiting(t, { server: serverOf(life("a", [[0, "processing"]]), life("b", [[0, "processing"]], "proj_2")) });
  const one = (await w.run(w.client.checkProject("proj_1"))).value;
  const other = (await w.run(w.client.checkProject("proj_2", one.state))).value;
  assert.deepEqual([other.poll, other.changed.map(({ id }) => id), other.error], [1, ["b"], null]);
  const job = (await w.run(w.client.checkJob("a", one.state))).value;
  assert.deepEqual([job.poll, job.changed], [1, true]);
});

test("clocks that jump between processes: no poll below the floor by the server's clock, and none is put off for longer", async (t) => {
  const w = waiting(t, { server: serverOf(life("job_1", [pages(0, 5)])) });
  const { mock } = t.mock.method(Date, "now", () => w.clock.now);
  const skews = [0, 3_600_000, -3_600_000, 86_400_000, 0, -86_400_000, 5_000, -5_000];
  let state = null;
  let due = 0;
  const at = [];
  for (let turn = 0; turn < 40; turn += 1) {
    const skew = skews[turn % skews.length];
    mock.mockImplementation(() => w.clock.now + skew);
    const before = w.requests.length;
    const { value } = await w.run(w.client.checkJob("job_1", state, { intervalMs: 10_000 }));
    assert.ok(value.nextPollMs <= 10_000, `${value.nextPollMs}`);
    assert.ok(value.elapsedMs >= 0);
    if (w.requests.length > before) at.push(w.clock.now);
    ({ state } = value);
    await w.advance(value.nextPollMs);
    due += 1;
  }
  for (let place = 1; place < at.length; place += 1) assert.ok(at[place] - at[place - 1] >= 5_000);
  assert.ok(at.length >= due / 2, `${at.length} polls in ${due} checks`);
});

test("the first check reads no date before its response, and counts from its call", async (t) => {
  const w = waiting(t, { server: () => status(503), latency: 700 });
  const reads = [];
  const { now } = Date;
  t.mock.method(Date, "now", () => {
    reads.push(performance.now());
    return now();
  });
  for (const [check, id] of [
    ["checkJob", "job_1"],
    ["checkProject", "proj_1"],
  ]) {
    reads.length = 0;
    const called = performance.now();
    const promise = w.client[check](id, null, { maxWaitMs: 60_000 });
    assert.deepEqual(reads, [], "a page that is rendered in advance must not depend on it");
    const { value } = await w.run(promise);
    assert.deepEqual([performance.now() - called, value.elapsedMs, value.poll], [700, 700, 1]);
  }
});
