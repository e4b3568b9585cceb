// A server that asks to be left alone for longer than a request waits: nobody asks it sooner, and nobody sleeps on it
// beyond `maxWaitMs`.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { ApiError, PlangrepClient, WaitTimeoutError } from "../support/package.js";
import { emulated, pathOf } from "./support/emulated.js";
import { POSTPONED } from "./support/faults.js";
import { outcomeWithin, pause } from "./support/page/within.js";

const emulator = await emulated();
const MAX_WAIT_MS = 300;
const wait = { maxWaitMs: MAX_WAIT_MS, intervalMs: 20 };
const options = { baseUrl: emulator.url, apiKey: emulator.apiKey, pollFloorMs: 1 };
const CODES = { 429: "rate_limited", 503: "server_error" };
let cases = 0;

/** How each way asks, and which of its errors is the server's. */
const REQUESTS = {
  getJob: { endpoint: "get", ask: (client, { jobId }) => client.getJob(jobId) },
  listJobs: { endpoint: "list", ask: (client, { projectId }) => client.listJobs(projectId) },
};
const WAITS = {
  waitForJob: { endpoint: "get", ask: (client, { jobId }) => client.waitForJob(jobId, wait) },
  watchProject: { endpoint: "list", ask: (client, { projectId }) => client.watchProject(projectId, wait).next() },
};

/** Asks a server that answers so; gives the outcome, the requests that were made, and how long it took. */
async function outcomeOf({ endpoint, ask }, status, headers) {
  const projectId = await emulator.newProject({ jobs: 0 });
  const jobId = await emulator.newJob({ projectId });
  const when = endpoint === "get" ? { job: jobId } : { project: projectId };
  await emulator.addRules({ name: `${status} for ${jobId}`, when, answer: { status }, headers });
  const client = new PlangrepClient(options);
  const begin = performance.now();
  const { error, hangs } = await outcomeWithin(ask(client, { jobId, projectId }));
  const tookMs = performance.now() - begin;
  await pause(100);
  const log = await emulator.log(pathOf[endpoint](endpoint === "get" ? jobId : projectId));
  client.close();
  cases++;
  return { error, hangs, tookMs, requests: log.length };
}

function assertAsked(error, status, asksMs, about) {
  assert.ok(error instanceof ApiError, about);
  assert.deepEqual([error.code, error.status, error.retryAfterMs], [CODES[status], status, asksMs], about);
  assert.equal(error.attempts, 1, about);
}

describe("postponed", { concurrency: 8 }, () => {
  for (const [name, { headers, asksMs }] of Object.entries(POSTPONED)) {
    for (const status of [429, 503]) {
      for (const [way, how] of Object.entries(REQUESTS)) {
        test(`${status}, ${name}: ${way} rejects at once and says when`, async () => {
          const { error, requests, tookMs } = await outcomeOf(how, status, headers);
          assertAsked(error, status, asksMs, error?.stack);
          assert.deepEqual([requests, tookMs < 5000], [1, true]);
        });
      }
      for (const [way, how] of Object.entries(WAITS)) {
        test(`${status}, ${name}: ${way} asks no more and ends at maxWaitMs`, async () => {
          const { error, requests, tookMs } = await outcomeOf(how, status, headers);
          assert.ok(error instanceof WaitTimeoutError, error?.stack);
          assertAsked(error.lastError, status, asksMs, error.stack);
          assert.deepEqual([error.polls, requests], [1, 1]);
          assert.ok(tookMs >= MAX_WAIT_MS - 2, `gave up after ${tookMs} ms`);
        });
      }
    }
  }
});

after(() => console.log(`• later: ${Object.keys(POSTPONED).length} ways to say when, ${cases} cases`));
