// Every fault of the emulator against every way to ask: what comes of it, in how many requests, and nothing after.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { PlangrepClient, PlangrepError } from "../support/package.js";
import { emulated, outcomeWithin, pathOf, pause } from "./support/emulated.js";
import { FAULTS } from "./support/faults.js";

const emulator = await emulated("--speed", "1");
const INTERVAL_MS = 30;
const client = { baseUrl: emulator.url, apiKey: emulator.apiKey, pollFloorMs: 1 };
const patience = (slow) => ({ timeoutMs: slow ? 1500 : 20_000 });
const pace = { intervalMs: INTERVAL_MS, maxRetries: 0, maxPollErrors: 1 };

/** How each way asks, what it accepts, and how long it leaves between two requests at least. */
const WAYS = {
  getJob: {
    endpoint: "get",
    polls: false,
    ask: (client, { jobId }, options) => client.getJob(jobId, { maxRetries: 1, ...options }),
    accepts: (job, { jobId }) => assert.equal(job.id, jobId),
  },
  listJobs: {
    endpoint: "list",
    polls: false,
    ask: (client, { projectId }, options) => client.listJobs(projectId, { maxRetries: 1, ...options }),
    accepts: (jobs) => assert.equal(jobs.length, 2),
  },
  waitForJob: {
    endpoint: "get",
    polls: true,
    ask: (client, { jobId }, options) => client.waitForJob(jobId, { ...pace, ...options }),
    accepts: (job) => assert.equal(job.status, "completed"),
  },
  watchProject: {
    endpoint: "list",
    polls: true,
    async ask(client, { projectId }, options) {
      const watch = client.watchProject(projectId, { ...pace, ...options });
      const { value } = await watch.next();
      await watch.return();
      return value;
    },
    accepts: ({ jobs, poll }) => assert.deepEqual([jobs.length, poll > 0], [2, true]),
  },
};

/** What is to be expected: the number of requests and whether the answer is accepted in the end. */
function expected({ becomes }, { polls }, always) {
  const survived = becomes === "passing" || (becomes === "invalid" && polls);
  if (becomes === "harmless") return { requests: 1, accepted: true };
  return survived ? { requests: 2, accepted: !always } : { requests: 1, accepted: false };
}

let cases = 0;
let requests = 0;

async function check(name, fault, wayName, always) {
  const way = WAYS[wayName];
  const label = `${name}, ${wayName}, ${always ? "always" : "once"}`;
  const projectId = await emulator.newProject({ jobs: 0 });
  const life = { projectId, kind: "completes", ageMs: 86_400_000 };
  const jobId = await emulator.newJob(life);
  await emulator.newJob(life);
  const when = way.endpoint === "get" ? { job: jobId } : { project: projectId };
  const rule = fault.rule[way.endpoint] ?? fault.rule;
  await emulator.addRules({ ...rule, name: label, when: always ? when : { ...when, times: 1 } });

  const one = new PlangrepClient(client);
  const outcome = await outcomeWithin(way.ask(one, { jobId, projectId }, patience(fault.slow)));
  const path = pathOf[way.endpoint](way.endpoint === "get" ? jobId : projectId);
  await pause(5 * INTERVAL_MS);
  const log = await emulator.log(path);
  const about = `${label}: ${JSON.stringify(log.map(({ atMs, status, outcome }) => [atMs, status, outcome]))} ${outcome.error?.stack}`;

  assert.notEqual(outcome.hangs, true, about);
  const right = expected(fault, way, always);
  assert.equal(log.length, right.requests, about);
  assert.ok(log[0].rule, `the rule was not applied: ${about}`);
  if (right.accepted) {
    assert.equal(outcome.error, undefined, about);
    way.accepts(outcome.value, { jobId, projectId });
  } else {
    assert.ok(PlangrepError.is(outcome.error), about);
    assert.equal(outcome.error.code, fault.code, about);
    if (fault.path !== undefined) assert.equal(outcome.error.path, fault.path[way.endpoint] ?? fault.path, about);
    if ("attempts" in outcome.error) assert.equal(outcome.error.attempts, way.polls ? 1 : right.requests, about);
  }
  if (log.length === 2) {
    const least = fault.delayMs ?? (way.polls ? INTERVAL_MS : 375);
    assert.ok(log[1].atMs - log[0].atMs >= least - 2, `sooner than ${least} ms: ${about}`);
  }
  one.close();
  cases++;
  requests += log.length;
}

describe("faults", { concurrency: 10 }, () => {
  for (const [name, fault] of Object.entries(FAULTS)) {
    test(name, async () => {
      const ways = Object.keys(WAYS).filter((way) => !fault.only || WAYS[way].endpoint === fault.only);
      await Promise.all(ways.flatMap((way) => [true, false].map((always) => check(name, fault, way, always))));
    });
  }
});

test("no request is under way when all is over", async () => {
  assert.equal((await emulator.state()).requests.inFlight, 0);
});

after(() => console.log(`• matrix: ${Object.keys(FAULTS).length} faults, ${cases} cases, ${requests} requests`));
