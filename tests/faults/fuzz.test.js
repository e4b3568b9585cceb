// Responses at random, made of the samples and of corpus/: what has to come of each the contract says beforehand.
// `EXECUTIONS=n` runs so many, `SEED=n` replays one alone. What fails here once belongs into corpus/.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import {
  currentJob,
  InvalidResponseError,
  isTerminal,
  PlangrepClient,
  PlangrepError,
  progress,
  summarizeBilling,
} from "../support/package.js";
import { getJobBody, job, KEY, listJobsBody } from "../support/samples.js";
import { codeOf } from "../support/tables.js";
import { completed, invalidPaths } from "./support/model.js";
import { bytesChanged, valuesChanged } from "./support/mutate.js";
import { randomFrom } from "./support/random.js";

const { SEED, EXECUTIONS = "12000" } = process.env;
const seeds = SEED ? [Number(SEED)] : Array.from({ length: Number(EXECUTIONS) }, (_, index) => index + 1);
const counts = { taken: 0, refused: 0, errors: 0 };

const folder = new URL("corpus/", import.meta.url);
// Not what is nested deeper than the comparison below can follow.
const shallow = readdirSync(folder).filter((name) => !name.startsWith("deep-"));
const corpus = shallow.map((name) => readFileSync(new URL(name, folder)));
const whole = [Buffer.from(getJobBody), Buffer.from(JSON.stringify({ job: job({ error: { code: "x" } }) }))];
const lists = [Buffer.from(listJobsBody), Buffer.from(JSON.stringify({ jobs: [job(), job({ error: "x" })] }))];

let respond;
const client = new PlangrepClient({
  apiKey: KEY,
  fetch: async () => respond(),
  maxRetries: 0,
  pollFloorMs: 1,
});

/** What a watch gives first. */
async function first(watch) {
  try {
    return (await watch.next()).value;
  } finally {
    await watch.return();
  }
}

/** How each way calls, and the jobs in what it gives. */
const WAYS = {
  getJob: { method: "getJob", perform: async (id) => [await client.getJob(id)] },
  watchJob: { method: "getJob", perform: async (id) => [(await first(client.watchJob(id, { maxPollErrors: 0 }))).job] },
  listJobs: { method: "listJobs", perform: (id) => client.listJobs(id) },
  watchProject: {
    method: "listJobs",
    perform: async (id) => (await first(client.watchProject(id, { maxPollErrors: 0 }))).jobs,
  },
};

/** A body in one piece, or as it may come over a network. */
function response({ below, chance }, bytes, init) {
  if (chance(0.7)) return new Response(bytes, init);
  const parts = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + below(chance(0.1) ? 3 : bytes.length);
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  const stream = new ReadableStream({
    pull: (controller) => (parts.length ? controller.enqueue(parts.shift()) : controller.close()),
  });
  return new Response(stream, init);
}

function changed(random, sources) {
  const source = random.oneOf(sources);
  if (random.chance(0.4)) return bytesChanged(random, source, corpus);
  const value = parsed(source);
  return value === undefined ? source : valuesChanged(random, value);
}

/** As JSON that is UTF-8 is read; undefined: it is none. */
function parsed(bytes) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

async function succeeds(seed) {
  const random = randomFrom(seed);
  const name = random.oneOf(Object.keys(WAYS));
  const { method, perform } = WAYS[name];
  const fitting = method === "getJob" ? whole : lists;
  const bytes = changed(random, random.chance(0.8) ? fitting : [...whole, ...lists, ...corpus]);
  const value = parsed(bytes);
  const named = value?.job?.id;
  // Most often the job that is there, so that its fields count.
  const id = typeof named === "string" && /^[\w-]{1,200}$/.test(named) && random.chance(0.95) ? named : "job_1";
  const wrong = invalidPaths(method, id, value);
  const about = `replay with SEED=${seed}: ${name}("${id}") of ${new TextDecoder().decode(bytes)}`;

  respond = () => response(random, bytes);
  const outcome = await perform(id).then(
    (jobs) => ({ jobs }),
    (error) => ({ error }),
  );
  if (wrong.length > 0) {
    const { error } = outcome;
    assert.ok(error instanceof InvalidResponseError, `${error?.stack ?? "taken"}: ${about}`);
    assert.ok(wrong.includes(error.path), `at "${error.path}" and not at ${JSON.stringify(wrong)}: ${about}`);
    counts.refused++;
  } else {
    assert.equal(outcome.error, undefined, `${outcome.error?.stack}: ${about}`);
    const jobs = method === "getJob" ? [value.job] : value.jobs;
    assert.deepEqual(outcome.jobs, jobs.map(completed), about);
    assertUsable(outcome.jobs, about);
    counts.taken++;
  }
  // Nothing that came broke the client.
  respond = () => new Response(getJobBody);
  const { id: good } = JSON.parse(getJobBody).job;
  assert.equal((await client.getJob(good)).id, good, about);
}

/** What is there for jobs takes every job that was handed out. */
function assertUsable(jobs, about) {
  const current = currentJob(jobs);
  assert.ok(current === null || !isTerminal(current), about);
  assert.equal(summarizeBilling(jobs).jobs, jobs.length, about);
  for (const one of jobs) {
    const share = progress(one);
    assert.ok(share === null || (share >= 0 && share <= 1), about);
  }
}

const RETRY_AFTER = [
  "120",
  "Sun, 06 Nov 1994 08:49:37 GMT",
  "Sunday, 06-Nov-94 08:49:37 GMT",
  "Sun Nov  6 08:49:37 1994",
];

async function fails(seed) {
  const random = randomFrom(-seed);
  const source = { code: "c", message: KEY, error: { code: KEY, message: "m" }, detail: ["x", job()] };
  const bytes = changed(random, [Buffer.from(JSON.stringify(source)), ...corpus]);
  const status = random.oneOf([300 + random.below(300), 401, 404, 429, 503]);
  const bodiless = status === 304;
  const requested = bytesChanged(random, Buffer.from(random.oneOf(RETRY_AFTER)), [Buffer.from("99999999999")]);
  const header = String.fromCharCode(...requested).replace(/[^\x20-\x7e]/g, "");
  const init = { status, headers: random.chance(0.5) ? { "retry-after": header } : {} };
  const about = `replay with SEED=${seed}: ${status} ${header} ${new TextDecoder().decode(bytes)}`;

  respond = () => (bodiless ? new Response(null, init) : response(random, bytes, init));
  const error = await client.getJob("job_1").catch((error) => error);
  assert.ok(PlangrepError.is(error), `${error.stack}: ${about}`);
  assert.deepEqual([error.code, error.status, error.attempts], [codeOf(status), status, 1], about);
  const { retryAfterMs } = error;
  assert.ok(retryAfterMs === null || (retryAfterMs >= 0 && Number.isFinite(retryAfterMs)), about);
  assert.equal(JSON.stringify([error, error.body, error.message]).includes(KEY), false, about);
  counts.errors++;
}

test("a success changed at random is taken whole where the contract allows it, else refused with its place", async () => {
  for (const seed of seeds) await succeeds(seed);
  const { taken, refused } = counts;
  if (!SEED) assert.ok(Math.min(taken, refused) > seeds.length / 5, `a one-sided test: ${JSON.stringify(counts)}`);
});

test("an error changed at random is an error of its status, without the key", async () => {
  for (const seed of seeds.filter((seed) => SEED || seed % 4 === 0)) await fails(seed);
});

after(() => console.error(`• fuzz: ${seeds.length} responses, ${JSON.stringify(counts)}`));
