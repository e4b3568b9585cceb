// Faults at random: whatever happens in whatever order, what must hold holds. `SEED=n` replays one schedule alone, in
// every runtime; `SEEDS=n` runs so many, some of them in Chromium.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { emulated, pathOf } from "./support/emulated.js";
import { FAULTS } from "./support/faults.js";
import { randomFrom } from "./support/random.js";
import { PAGE, runtimesFor } from "./support/runtimes.js";

const { SEED, SEEDS = "200" } = process.env;
const seeds = SEED ? [Number(SEED)] : Array.from({ length: Number(SEEDS) }, (_, index) => index + 1);
const emulator = await emulated(...PAGE);
const runtimes = await runtimesFor(emulator);
const INTERVAL_MS = 20;
const counts = { schedules: {}, faults: 0, requests: 0, repeated: 0, resolved: 0, rejected: 0, aborted: 0 };

/** One schedule: rules for single requests of a path, in a random order. */
function schedule({ below, oneOf, chance }, endpoint, when) {
  const usable = Object.entries(FAULTS).filter(([, { only = endpoint }]) => only === endpoint);
  const rules = [];
  for (let nth = 1; nth <= 12; nth++) {
    if (!chance(0.4)) continue;
    const [name, { rule }] = oneOf(usable);
    rules.push({
      ...(rule[endpoint] ?? rule),
      name: `${when.job ?? when.project} ${nth}: ${name}`,
      when: { ...when, nth: [nth] },
    });
  }
  if (chance(0.5)) rules.push({ name: `${when.job ?? when.project}: latency`, when, delayMs: below(30), jitterMs: 5 });
  return rules;
}

const ENDPOINTS = { getJob: "get", listJobs: "list", waitForJob: "get", watchJob: "get", watchProject: "list" };
const POLLING = ["waitForJob", "watchJob", "watchProject"];

async function run(runtime, seed) {
  const random = randomFrom(seed);
  const way = random.oneOf(["getJob", "listJobs", ...POLLING, ...POLLING]);
  const endpoint = ENDPOINTS[way];
  const projectId = await emulator.newProject({ jobs: 0 });
  const steps = [
    ...Array.from({ length: random.below(6) }, (_, page) => ({ successfulPageCount: page })),
    { status: "completed" },
  ];
  const jobId = await emulator.newJob({
    projectId,
    id: `job_seed_${seed}_${Object.keys(runtimes).indexOf(runtime)}`,
    steps: steps.map((step) => ({ projectId, ...step })),
  });
  const rules = schedule(random, endpoint, endpoint === "get" ? { job: jobId } : { project: projectId });
  if (rules.length > 0) await emulator.addRules(...rules);

  const request = { timeoutMs: 150 + random.below(200), maxRetries: random.below(3) };
  const wait = { ...request, intervalMs: INTERVAL_MS, maxPollErrors: random.below(8) };
  if (random.chance(0.3)) wait.maxWaitMs = 1 + random.below(400);
  const outcome = await runtimes[runtime].perform({
    way,
    settings: { baseUrl: emulator.url, apiKey: emulator.apiKey, pollFloorMs: 1 },
    ids: { jobId, projectId },
    options: POLLING.includes(way) ? wait : request,
    abortAfterMs: random.chance(0.2) ? random.below(500) : undefined,
    pauseMs: 100,
  });
  const events = await emulator.log(pathOf[endpoint](endpoint === "get" ? jobId : projectId));
  const log = events.filter(({ method }) => method !== "OPTIONS");
  const facts = {
    runtime,
    way,
    wait,
    rules: rules.map(({ name }) => name),
    log: log.map(({ atMs, endedMs, rule, status, outcome }) => ({ atMs, endedMs, rule, status, outcome })),
  };
  const about = `replay with SEED=${seed}: ${outcome.error?.stack}\n${JSON.stringify(facts, null, 1)}`;
  check({ runtime, limited: wait.maxWaitMs !== undefined, ...outcome, log, way, jobId }, about);
  counts.schedules[runtime] = (counts.schedules[runtime] ?? 0) + 1;
  counts.faults += log.filter(({ rule }) => rule !== null).length;
  counts.requests += log.length;
}

/** How many requests a browser may have made again by itself. */
function repeatable(runtime, log) {
  const faults = Object.fromEntries(runtimes[runtime].faults);
  return log.filter(({ rule }) => rule && faults[rule.slice(rule.indexOf(": ") + 2)]?.repeats).length;
}

function check(
  { runtime, limited, value, error, hangs, events, updates, late, most, abandoned, log, way, jobId },
  about,
) {
  assert.equal(hangs, undefined, `hangs: ${about}`);
  if (error?.aborted) counts.aborted++;
  else if (error) {
    counts.rejected++;
    assert.equal(error.ours, true, about);
    assert.notEqual(error.code, "internal", about);
    assert.notEqual(error.code, "invalid_argument", about);
  } else {
    counts.resolved++;
    if (way === "getJob") assert.equal(value.id, jobId, about);
    if (way === "waitForJob") assert.equal(value.status, "completed", about);
    if (way === "watchJob") assert.equal(value.job.status, "completed", about);
    if (way === "watchProject") assert.equal(value.current, null, about);
  }
  assert.equal(late, 0, `something happened after the end: ${about}`);

  const sent = events.filter(({ type }) => type === "request");
  const lastPoll = sent.findLast(({ attempt }) => attempt === 1);
  const responded = events.filter(({ type }) => type === "response");
  // What was given up, by its deadline or by the caller, or while a browser asked whether it may ask, may never have
  // reached the server.
  const least = runtime === "Node" ? sent.length - abandoned : responded.length;
  assert.ok(log.length >= least && log.length <= sent.length + repeatable(runtime, log), `requests: ${about}`);
  counts.repeated += Math.max(0, log.length - sent.length);
  const polls = updates.map(({ poll }) => poll);
  assert.deepEqual(
    polls,
    [...new Set(polls)].sort((one, other) => one - other),
    `updates out of order: ${about}`,
  );

  for (const [index, event] of events.entries()) {
    if (event.type !== "request" || index === 0) continue;
    const before = events[index - 1];
    if (event.attempt > 1) {
      assert.equal(before.type, "retry", `a second attempt without a reason: ${about}`);
      assert.ok(before.delayMs >= 375, `a delay of ${before.delayMs}: ${about}`);
      assert.ok(event.atMs - before.atMs >= before.delayMs - 2, `sooner than said: ${about}`);
      const requested = before.error.retryAfterMs ?? 0;
      assert.ok(before.delayMs >= requested, `sooner than the server allowed: ${about}`);
    } else {
      const last = events.findLast(({ type, atMs }) => type === "request" && atMs < event.atMs);
      // The last poll lands shortly before `maxWaitMs`, however soon that is.
      const least = limited && event === lastPoll ? 0 : INTERVAL_MS - 2;
      assert.ok(event.atMs - last.atMs >= least, `two polls within ${event.atMs - last.atMs} ms: ${about}`);
    }
  }
  assert.ok(most <= 1, `${most} requests at once: ${about}`);
}

for (const [runtime, { enter, share }] of Object.entries(runtimes)) {
  // Pages take one in eight, each runtime others.
  const some = seeds.filter((_, index) => SEED || runtime === "Node" || (index + share) % 8 === 0);
  describe(runtime, { concurrency: 16 }, () => {
    before(enter);
    for (const seed of some) test(`seed ${seed}`, () => run(runtime, seed));
  });
}

after(() => console.error(`• seeds: ${JSON.stringify(counts)}`));
