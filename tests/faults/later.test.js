// A server that demands a longer pause than a request waits: nobody sends one sooner, and nobody sleeps on it
// beyond `maxWaitMs`.

import assert from "node:assert/strict";
import { once } from "node:events";
import { get } from "node:http";
import { after, describe, test } from "node:test";
import { START, virtualClock } from "../support/clock.js";
import { flush } from "../support/flush.js";
import { outcomeOf as watched } from "../support/outcome.js";
import { ApiError, PlangrepClient, WaitTimeoutError } from "../support/package.js";
import { emulated, pathOf } from "./support/emulated.js";
import { POSTPONED } from "./support/faults.js";

const emulator = await emulated();
const MAX_WAIT_MS = 300;
const wait = { maxWaitMs: MAX_WAIT_MS, intervalMs: 20 };
const options = { baseUrl: emulator.url, apiKey: emulator.apiKey, pollFloorMs: 1 };
const CODES = { 429: "rate_limited", 503: "server_error" };
let cases = 0;

/** How each way calls, and which of its errors is the server's. */
const REQUESTS = {
  getJob: { endpoint: "get", perform: (client, { jobId }) => client.getJob(jobId) },
  listJobs: { endpoint: "list", perform: (client, { projectId }) => client.listJobs(projectId) },
};
const WAITS = {
  waitForJob: { endpoint: "get", perform: (client, { jobId }) => client.waitForJob(jobId, wait) },
  watchProject: { endpoint: "list", perform: (client, { projectId }) => client.watchProject(projectId, wait).next() },
};

/** As little of `fetch` as the client takes, by the one module of Node whose own timers no installed clock replaces. */
async function fetchByHttp(url, { headers, signal }) {
  const request = get(url, { headers, signal, agent: false });
  const [response] = await once(request, "response");
  const body = (await response.toArray()).join("");
  const { statusCode: status } = response;
  return { status, headers: { get: (name) => response.headers[name] ?? null }, text: async () => body };
}

/**
 * Asks a server that answers so, on a clock that stands still but for what `untilOver(clock, error)` makes of it once
 * the server has answered; a day later all is over. Gives the outcome, when it came, and the requests that were made.
 */
async function outcomeOf(t, { endpoint, perform }, status, headers, untilOver) {
  const projectId = await emulator.newProject({ jobs: 0 });
  const jobId = await emulator.newJob({ projectId });
  const when = endpoint === "get" ? { job: jobId } : { project: projectId };
  await emulator.addRules({ name: `${status} for ${jobId}`, when, respond: { status }, headers });
  const clock = virtualClock(t);
  let responded;
  const hasResponded = new Promise((resolve) => {
    responded = resolve;
  });
  const onEvent = ({ type }) => type === "response" && responded();
  const client = new PlangrepClient({ ...options, fetch: fetchByHttp, onEvent });
  const outcome = watched(perform(client, { jobId, projectId }));
  await hasResponded;
  await flush();
  await untilOver(clock, outcome);
  await clock.tickAsync(86_400_000);
  clock.uninstall();
  const log = await emulator.log(pathOf[endpoint](endpoint === "get" ? jobId : projectId));
  client.close();
  cases++;
  return { ...outcome, requests: log.length };
}

function assertRequested(error, status, retryAfterMs, about) {
  assert.ok(error instanceof ApiError, about);
  assert.deepEqual([error.code, error.status, error.retryAfterMs], [CODES[status], status, retryAfterMs], about);
  assert.equal(error.attempts, 1, about);
}

describe("postponed", () => {
  for (const [name, { headers, retryAfterMs }] of Object.entries(POSTPONED)) {
    for (const status of [429, 503]) {
      for (const [way, how] of Object.entries(REQUESTS)) {
        test(`${status}, ${name}: ${way} rejects at once and says when`, async (t) => {
          const { error, at, requests } = await outcomeOf(t, how, status, headers, () => {});
          assertRequested(error, status, retryAfterMs, error?.stack);
          assert.deepEqual([requests, at - START], [1, 0]);
        });
      }
      for (const [way, how] of Object.entries(WAITS)) {
        test(`${status}, ${name}: ${way} makes no more requests and ends at maxWaitMs`, async (t) => {
          const { error, at, requests } = await outcomeOf(t, how, status, headers, async (clock, outcome) => {
            await clock.tickAsync(MAX_WAIT_MS - 1);
            assert.equal(outcome.state, "pending", "it ended too soon");
            await clock.tickAsync(1);
          });
          assert.ok(error instanceof WaitTimeoutError, error?.stack);
          assertRequested(error.lastError, status, retryAfterMs, error.stack);
          assert.deepEqual([error.polls, requests, at - START], [1, 1, MAX_WAIT_MS]);
        });
      }
    }
  }
});

after(() => console.error(`• later: ${Object.keys(POSTPONED).length} ways to say when, ${cases} cases`));
