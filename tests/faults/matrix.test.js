// Every fault of the emulator against every way to ask, in every runtime: what comes of it, in how many requests, and
// nothing after. With `SOAK`, all of it from another origin too; else every fault in some ways.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { FROM_ANOTHER_ORIGIN, IN_PAGE } from "./support/differences.js";
import { emulated, pathOf } from "./support/emulated.js";
import { FAULTS } from "./support/faults.js";
import { PAGE, runtimesFor } from "./support/runtimes.js";

const emulator = await emulated("--speed", "1", ...PAGE);
const runtimes = await runtimesFor(emulator);
const INTERVAL_MS = 30;
const settings = { baseUrl: emulator.url, apiKey: emulator.apiKey, pollFloorMs: 1 };
const pace = { intervalMs: INTERVAL_MS, maxRetries: 0, maxPollErrors: 1 };

/** What each way asks for and how, what it accepts, and whether it polls. */
const WAYS = {
  getJob: {
    endpoint: "get",
    polls: false,
    options: { maxRetries: 1 },
    accepts: (job, { jobId }) => assert.equal(job.id, jobId),
  },
  listJobs: {
    endpoint: "list",
    polls: false,
    options: { maxRetries: 1 },
    accepts: (jobs) => assert.equal(jobs.length, 2),
  },
  waitForJob: {
    endpoint: "get",
    polls: true,
    options: pace,
    accepts: (job) => assert.equal(job.status, "completed"),
  },
  watchProject: {
    endpoint: "list",
    polls: true,
    options: pace,
    accepts: ({ jobs, poll }) => assert.deepEqual([jobs.length, poll > 0], [2, true]),
  },
};

/**
 * What is to be expected: how many requests the client makes and whether the response is accepted in the end. A fault
 * that a browser has made good is none any more.
 */
function expected({ becomes }, { polls }, always, madeGood) {
  const survived = becomes === "passing" || (becomes === "invalid" && polls);
  if (becomes === "harmless" || madeGood) return { requests: 1, accepted: true };
  return survived ? { requests: 2, accepted: !always } : { requests: 1, accepted: false };
}

const counts = { cases: 0, requests: 0, repeated: 0 };

async function check(runtime, name, fault, wayName, always) {
  const way = WAYS[wayName];
  const label = `${runtime}, ${name}, ${wayName}, ${always ? "always" : "once"}`;
  const projectId = await emulator.newProject({ jobs: 0 });
  const life = { projectId, kind: "completes", ageMs: 86_400_000 };
  const jobId = await emulator.newJob(life);
  await emulator.newJob(life);
  const when = way.endpoint === "get" ? { job: jobId } : { project: projectId };
  const rule = fault.rule[way.endpoint] ?? fault.rule;
  await emulator.addRules({ ...rule, name: label, when: always ? when : { ...when, times: 1 } });

  const ids = { jobId, projectId };
  const path = pathOf[way.endpoint](way.endpoint === "get" ? jobId : projectId);
  // Whatever does not stall ends by itself, however slow the machine.
  const options = { ...way.options, timeoutMs: 3_600_000 };
  const stalls = fault.slow && { log: emulator.logOf(path), headersFirst: rule.send.of === "body" };
  const pauseMs = 4 * INTERVAL_MS;
  const outcome = await runtimes[runtime].perform({ way: wayName, settings, ids, options, stalls, pauseMs });
  const { value, error, hangs, events, late, most } = outcome;
  // A browser first asks whether it may ask a server of another origin.
  const log = (await emulator.log(path)).filter(({ method }) => method !== "OPTIONS");
  const sent = events.filter(({ type }) => type === "request");
  const about = `${label}: ${JSON.stringify(log.map(({ atMs, status, outcome }) => [atMs, status, outcome]))} ${error?.stack}`;

  assert.equal(hangs, undefined, about);
  assert.deepEqual([late, most], [0, 1], about);
  assert.ok(log[0].rule, `the rule was not applied: ${about}`);
  const repeated = log.length - sent.length;
  assert.ok(repeated === 0 || (repeated > 0 && fault.repeats), `${repeated} more than the client made: ${about}`);
  const right = expected(fault, way, always, !always && repeated > 0);
  assert.equal(sent.length, right.requests, about);
  if (right.accepted) {
    assert.equal(error, undefined, about);
    way.accepts(value, ids);
  } else {
    assert.equal(error?.ours, true, about);
    assert.equal(error.code, fault.code, about);
    if (fault.path !== undefined) assert.equal(error.path, fault.path[way.endpoint] ?? fault.path, about);
    if ("attempts" in error) assert.equal(error.attempts, way.polls ? 1 : right.requests, about);
    if ("status" in error) assert.equal(error.status, fault.status ?? rule.respond?.status ?? 200, about);
    if ("requestId" in error) assert.equal(error.requestId, error.status === 0 ? null : log.at(-1).requestId, about);
  }
  if (log.length === 2 && repeated === 0) {
    const least = fault.delayMs ?? (way.polls ? INTERVAL_MS : 375);
    assert.ok(log[1].atMs - log[0].atMs >= least - 2, `sooner than ${least} ms: ${about}`);
  }
  counts.cases++;
  counts.requests += log.length;
  counts.repeated += repeated;
}

const both = (way) => [true, false].map((always) => [way, always]);

for (const [runtime, { faults, enter, share }] of Object.entries(runtimes)) {
  describe(runtime, { concurrency: 16 }, () => {
    before(enter);
    for (const [number, [name, fault]] of faults.entries()) {
      const ways = Object.keys(WAYS).filter((way) => !fault.only || WAYS[way].endpoint === fault.only);
      const cases = ways.flatMap(both).filter((_, index) => (index + number) % share === 0);
      test(name, () => Promise.all(cases.map(([way, always]) => check(runtime, name, fault, way, always))));
    }
  });
}

test("no request is under way when all is over", async () => {
  assert.equal((await emulator.settled()).requests.inFlight, 0);
});

after(() => {
  const { cases, requests, repeated } = counts;
  const table = `${Object.keys(FAULTS).length} faults × ${Object.keys(WAYS).length} ways × ${Object.keys(runtimes).length} runtimes`;
  const differ = `${Object.keys({ ...IN_PAGE, ...FROM_ANOTHER_ORIGIN }).length} differ in Chromium`;
  console.error(
    `• matrix: ${table}: ${cases} cases, ${requests} requests (${repeated} repeated by Chromium), ${differ}`,
  );
});
