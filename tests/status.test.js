// The status logic: synchronous, straight after import, over what a caller holds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { thrownBy } from "./support/outcome.js";
import {
  currentJob,
  hasResult,
  InvalidArgumentError,
  isBlocked,
  isKnownStatus,
  isTerminal,
  jobStatuses,
  progress,
  summarizeBilling,
} from "./support/package.js";
import { job, listJobsBody } from "./support/samples.js";

// status: terminal, hasResult, blocked
const TABLE = {
  provisioning: [false, false, false],
  awaiting_uploads: [false, false, false],
  uploading: [false, false, false],
  preflighting: [false, false, false],
  blocked_insufficient_credits: [false, false, true],
  processing: [false, false, false],
  completed: [true, true, false],
  completed_with_errors: [true, true, false],
  failed: [true, false, false],
  cancelled: [true, false, false],
  expired: [true, false, false],
};
const UNKNOWN = [
  "archived",
  "",
  "Completed",
  " completed",
  "completed\0",
  "COMPLETED",
  "\ud800",
  "__proto__",
  "toString",
];

const trap = () => {
  throw new Error("trap");
};
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

function assertRefused(call, argument) {
  const error = thrownBy(call);
  assert.ok(error instanceof InvalidArgumentError, `${call}: ${error}`);
  assert.equal(error.argument, argument, String(call));
}

test("each documented status means what the documentation says, as a status and as a job", () => {
  assert.deepEqual(
    jobStatuses().map(({ status }) => status),
    Object.keys(TABLE),
  );
  for (const [status, expected] of Object.entries(TABLE)) {
    for (const of of [status, { status }, job({ status })]) {
      assert.deepEqual([isTerminal(of), hasResult(of), isBlocked(of)], expected, status);
    }
    const { description, ...info } = jobStatuses().find((row) => row.status === status);
    assert.deepEqual(info, { status, terminal: expected[0], hasResult: expected[1] });
    assert.match(description, /^[A-Z].*\.$/);
    assert.equal(isKnownStatus(status), true);
  }
});

test("an unknown status is not terminal, has no result, is not blocked and not known", () => {
  for (const status of UNKNOWN) {
    assert.deepEqual(
      [isTerminal(status), hasResult({ status }), isBlocked(status), isKnownStatus(status)],
      [false, false, false, false],
    );
  }
});

test("what is neither a status nor a job is refused", () => {
  const wrong = [
    undefined,
    null,
    1,
    NaN,
    true,
    Symbol("x"),
    1n,
    {},
    [],
    () => {},
    new String("completed"),
    { status: 1 },
    { status: null },
    {
      get status() {
        return trap();
      },
    },
    revoked({}),
  ];
  for (const of of wrong) {
    for (const call of [isTerminal, hasResult, isBlocked]) assertRefused(() => call(of), "of");
    assert.equal(isKnownStatus(of), false);
  }
});

test("the list of statuses is the caller's own: changing it changes nothing", () => {
  const list = jobStatuses();
  list[0].terminal = true;
  list.length = 0;
  assert.equal(jobStatuses().length, 11);
  assert.equal(jobStatuses()[0].terminal, false);
});

test("progress is successful pages over all pages, from 0 to 1, or null", () => {
  const cases = [
    [204, 87, 87 / 204],
    [4, 0, 0],
    [4, 4, 1],
    [4, 5, 1],
    [4, -1, 0],
    [4, null, 0],
    [4, undefined, 0],
    [0, 0, null],
    [0, 3, null],
    [null, 3, null],
    [undefined, undefined, null],
    [-1, 1, null],
    [NaN, 1, null],
    [Infinity, 1, 0],
    [4, NaN, null],
    ["4", "1", null],
    [4, "1", 0],
    [1e-300, 1e300, 1],
  ];
  for (const [pageCount, successfulPageCount, expected] of cases) {
    assert.equal(progress({ pageCount, successfulPageCount }), expected, `${pageCount} ${successfulPageCount}`);
  }
  assert.equal(progress({}), null);
  for (const of of [undefined, null, 1, "processing", true, () => {}]) assertRefused(() => progress(of), "job");
  assert.equal(
    progress({
      get pageCount() {
        return trap();
      },
    }),
    null,
  );
});

test("the current job is the newest that is not terminal, in any order, and the very object that was given", () => {
  const at = (createdAt, status) => ({ status, createdAt });
  const done = at("2026-05-05T00:00:00Z", "completed");
  const old = at("2026-01-01T00:00:00Z", "processing");
  const newer = at("2026-01-01T00:00:00.001Z", "archived");
  const offset = at("2026-01-01T00:00:00+01:00", "uploading");
  const unread = at("soon", "processing");
  const cases = [
    [[], null],
    [[done], null],
    [[done, old], old],
    [[old, newer], newer],
    [[newer, old], newer],
    [[offset, old], old],
    [[unread, old], old],
    [[unread], unread],
    [[old, { ...old }], old],
    [Object.freeze([old]), old],
    [[at(undefined, "processing"), old], old],
  ];
  for (const [jobs, expected] of cases) assert.equal(currentJob(jobs), expected);
  assert.equal(
    currentJob(JSON.parse(listJobsBody).jobs)?.status ?? null,
    JSON.parse(listJobsBody).jobs.find(({ status }) => !isTerminal(status))?.status ?? null,
  );
});

test("billing is summed in all and by the statuses that occur", () => {
  const row = (status, creditsDebited, pageCount, successfulPageCount) =>
    job({ status, billing: creditsDebited === null ? null : { creditsDebited }, pageCount, successfulPageCount });
  const jobs = [
    row("completed", 10, 5, 5),
    row("failed", 2, 7, null),
    row("completed", 0.5, null, 1),
    row("__proto__", null, 1, 1),
    row("toString", 1, 0, 0),
  ];
  const { byStatus, ...total } = summarizeBilling(jobs);
  assert.deepEqual(total, { jobs: 5, creditsDebited: 13.5, pageCount: 13, successfulPageCount: 7 });
  assert.deepEqual(Object.entries(byStatus), [
    ["completed", { jobs: 2, creditsDebited: 10.5, pageCount: 5, successfulPageCount: 6 }],
    ["failed", { jobs: 1, creditsDebited: 2, pageCount: 7, successfulPageCount: 0 }],
    ["__proto__", { jobs: 1, creditsDebited: 0, pageCount: 1, successfulPageCount: 1 }],
    ["toString", { jobs: 1, creditsDebited: 1, pageCount: 0, successfulPageCount: 0 }],
  ]);
  assert.deepEqual(summarizeBilling([]), {
    jobs: 0,
    creditsDebited: 0,
    pageCount: 0,
    successfulPageCount: 0,
    byStatus: {},
  });
});

test("a number that is none counts as 0 in a sum", () => {
  const { creditsDebited, pageCount } = summarizeBilling([
    job({ billing: { creditsDebited: NaN }, pageCount: Infinity }),
    job({ billing: { creditsDebited: "5" }, pageCount: 3 }),
  ]);
  assert.deepEqual([creditsDebited, pageCount], [0, 3]);
});

test("what is no array of jobs is refused", () => {
  const wrong = [
    ...[
      undefined,
      null,
      1,
      "completed",
      {},
      () => {},
      new Set([job()]),
      new Map(),
      { length: 0 },
      { 0: job(), length: 1 },
    ],
    ...[
      [null],
      [undefined],
      [1],
      ["completed"],
      [{}],
      [[]],
      [job(), { status: 1 }],
      Object.assign([], { 1: job() }),
      revoked([]),
      [revoked({})],
    ],
    ...[
      new Proxy([job()], { get: trap }),
      [
        {
          get status() {
            return trap();
          },
        },
      ],
    ],
  ];
  for (const jobs of wrong) {
    for (const call of [currentJob, summarizeBilling]) assertRefused(() => call(jobs), "jobs");
  }
});

test("ten thousand jobs are summed and searched in no time", () => {
  const jobs = Array.from({ length: 10_000 }, (_, index) =>
    job({ id: `job_${index}`, status: index % 2 ? "completed" : "processing" }),
  );
  const started = performance.now();
  assert.equal(summarizeBilling(jobs).jobs, 10_000);
  assert.equal(currentJob(jobs), jobs[0]);
  assert.ok(performance.now() - started < 2000);
});
