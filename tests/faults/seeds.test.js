// Faults at random: whatever happens in whatever order, what must hold holds. `SEED=n` replays one schedule alone,
// `SEEDS=n` runs so many.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { PlangrepClient, PlangrepError } from "../support/package.js";
import { emulated, outcomeWithin, pathOf, pause } from "./support/emulated.js";
import { FAULTS } from "./support/faults.js";
import { randomFrom } from "./support/random.js";

const { SEED, SEEDS = "200" } = process.env;
const seeds = SEED ? [Number(SEED)] : Array.from({ length: Number(SEEDS) }, (_, index) => index + 1);
const emulator = await emulated();
const INTERVAL_MS = 20;
const counts = { faults: 0, requests: 0, resolved: 0, rejected: 0, aborted: 0 };

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

/** Reads a watch to its end; `updates` are what it gave. */
async function drain(watch, updates) {
  for await (const update of watch) updates.push(update);
  return updates;
}

const WAYS = {
  getJob: { endpoint: "get", ask: (client, ids, { request }) => client.getJob(ids.jobId, request) },
  listJobs: { endpoint: "list", ask: (client, ids, { request }) => client.listJobs(ids.projectId, request) },
  waitForJob: {
    endpoint: "get",
    ask: (client, ids, { wait, updates }) =>
      client.waitForJob(ids.jobId, { ...wait, onPoll: (update) => updates.push(update) }),
  },
  watchJob: {
    endpoint: "get",
    ask: (client, ids, { wait, updates }) => drain(client.watchJob(ids.jobId, { ...wait, everyPoll: true }), updates),
  },
  watchProject: {
    endpoint: "list",
    ask: (client, ids, { wait, updates }) =>
      drain(client.watchProject(ids.projectId, { ...wait, everyPoll: true, stopWhenIdle: true }), updates),
  },
};

const POLLING = ["waitForJob", "watchJob", "watchProject"];

async function run(seed) {
  const random = randomFrom(seed);
  const wayName = random.oneOf(["getJob", "listJobs", ...POLLING, ...POLLING]);
  const way = WAYS[wayName];
  const projectId = await emulator.newProject({ jobs: 0 });
  const steps = [
    ...Array.from({ length: random.below(6) }, (_, page) => ({ successfulPageCount: page })),
    { status: "completed" },
  ];
  const jobId = await emulator.newJob({
    projectId,
    id: `job_seed_${seed}`,
    steps: steps.map((step) => ({ projectId, ...step })),
  });
  const rules = schedule(random, way.endpoint, way.endpoint === "get" ? { job: jobId } : { project: projectId });
  if (rules.length > 0) await emulator.addRules(...rules);

  const events = [];
  const updates = [];
  const stop = new AbortController();
  const request = { timeoutMs: 150 + random.below(200), maxRetries: random.below(3), signal: stop.signal };
  const wait = { ...request, intervalMs: INTERVAL_MS, maxPollErrors: random.below(8) };
  if (random.chance(0.3)) wait.maxWaitMs = 1 + random.below(400);
  const client = new PlangrepClient({
    baseUrl: emulator.url,
    apiKey: emulator.apiKey,
    pollFloorMs: 1,
    onEvent: (event) => events.push({ ...event, atMs: performance.now() }),
  });
  const reason = new Error("enough");
  if (random.chance(0.2)) setTimeout(() => stop.abort(reason), random.below(500));
  const outcome = await outcomeWithin(way.ask(client, { jobId, projectId }, { request, wait, updates }));
  const settled = [events.length, updates.length];
  await pause(100);
  const log = await emulator.log(pathOf[way.endpoint](way.endpoint === "get" ? jobId : projectId));
  const facts = {
    wayName,
    request,
    wait,
    rules: rules.map(({ name }) => name),
    log: log.map(({ atMs, endedMs, rule, status, outcome }) => ({ atMs, endedMs, rule, status, outcome })),
  };
  const about = `replay with SEED=${seed}: ${outcome.error?.stack}\n${JSON.stringify(facts, null, 1)}`;
  check({ outcome, events, updates, settled, log, reason, wayName, jobId }, about);
  counts.faults += log.filter(({ rule }) => rule !== null).length;
  counts.requests += log.length;
}

function check({ outcome, events, updates, settled, log, reason, wayName, jobId }, about) {
  assert.notEqual(outcome.hangs, true, `hangs: ${about}`);
  if (outcome.error === reason) counts.aborted++;
  else if (outcome.error) {
    counts.rejected++;
    assert.ok(PlangrepError.is(outcome.error), about);
    assert.notEqual(outcome.error.code, "internal", about);
    assert.notEqual(outcome.error.code, "invalid_argument", about);
  } else {
    counts.resolved++;
    if (wayName === "getJob") assert.equal(outcome.value.id, jobId, about);
    if (wayName === "waitForJob") assert.equal(outcome.value.status, "completed", about);
    if (wayName === "watchJob") assert.equal(updates.at(-1).job.status, "completed", about);
    if (wayName === "watchProject") assert.equal(updates.at(-1).current, null, about);
  }
  assert.deepEqual([events.length, updates.length], settled, `something happened after the end: ${about}`);

  const sent = events.filter(({ type }) => type === "request");
  // One that was aborted at once may never have reached the server.
  assert.ok(log.length === sent.length || (log.length === sent.length - 1 && outcome.error), `requests: ${about}`);
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
      const asked = before.error.retryAfterMs ?? 0;
      assert.ok(before.delayMs >= asked, `sooner than the server asked: ${about}`);
    } else {
      const last = events.findLast(({ type, atMs }) => type === "request" && atMs < event.atMs);
      assert.ok(event.atMs - last.atMs >= INTERVAL_MS - 2, `two polls within ${event.atMs - last.atMs} ms: ${about}`);
    }
  }
  for (const [index, { atMs }] of log.entries()) {
    const before = log[index - 1];
    // The server may learn a moment late that a client has left.
    if (before?.outcome === "sent") assert.ok(atMs >= before.endedMs - 1, `two requests at once: ${about}`);
  }
}

describe("random schedules", { concurrency: 16 }, () => {
  for (const seed of seeds) test(`seed ${seed}`, () => run(seed));
});

after(() => console.log(`• seeds: ${seeds.length} schedules, ${JSON.stringify(counts)}`));
