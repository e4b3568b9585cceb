// node --expose-gc waits.js WAITS CLIENT: so many waits at once on jobs of one project, over an hour of virtual time.

import { wasmBytes } from "../../support/instances.js";
import { job } from "./jobs.js";
import { virtualClock } from "./virtual.js";

const HOUR = 3_600_000;
/** How long the jobs take: longer than they are watched. */
const LENGTH = 4 * HOUR;

const [, , count, kind] = process.argv;
const waits = Number(count);

const clock = virtualClock();
const epoch = Date.parse("2024-11-02T09:00:00.000Z");
const iso = (ms) => new Date(epoch + ms).toISOString();

/** Whether the jobs are completed. */
let ended = false;

/** A job as it stands at a moment: one page in a thousand after the other. */
function at(moment, n) {
  const done = Math.floor((moment / LENGTH) * 1000);
  return job(n, {
    status: ended ? "completed" : "processing",
    pageCount: 1000,
    successfulPageCount: done,
    billing: { creditsDebited: done },
    resultUrl: null,
    updatedAt: iso((done / 1000) * LENGTH),
    completedAt: null,
  });
}

/** CPU time of making responses: not the client's. */
let servingUs = 0;
let requests = 0;
/** Jobs in the responses. */
let notified = 0;

async function serve(input) {
  const before = process.cpuUsage();
  const url = String(input.url ?? input);
  const [, n] = /\/jobs\/job_8f2c1e5a90b7(\d+)$/.exec(url) ?? [];
  const body = n
    ? { job: at(clock.now(), Number(n)) }
    : { jobs: Array.from({ length: waits }, (_, n) => at(clock.now(), n)) };
  const text = JSON.stringify(body);
  requests += 1;
  notified += n ? 1 : waits;
  const response = new Response(text, { headers: { "content-type": "application/json" } });
  const { user, system } = process.cpuUsage(before);
  servingUs += user + system;
  return response;
}

const options = { baseUrl: "http://127.0.0.1", apiKey: "pgk_live_bench", fetch: serve };
const makers = {
  "plangrep-client": async () => new (await import("plangrep-client")).PlangrepClient(options),
  "hand-made stack": async () => (await import("./stack.js")).createClient(options),
};

async function memory() {
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
  const wasm = wasmBytes();
  return { heap: process.memoryUsage().heapUsed, wasm };
}

const client = await makers[kind]();
/** Starts all waits, and lets their first responses come. */
async function start() {
  const pending = [];
  for (let n = 0; n < waits; n++) pending.push(client.waitForJob(`job_8f2c1e5a90b7${n}`));
  await clock.pass(9_000);
  return pending;
}

// All of it once beforehand, so that what the engine makes once counts for no wait. The wasm keeps what it has had.
const fresh = await memory();
const rehearsal = await start();
await clock.pass(HOUR);
ended = true;
await clock.pass(60_000);
await Promise.all(rehearsal);
rehearsal.length = 0;
ended = false;

const empty = await memory();
requests = 0;
notified = 0;
const pending = await start();
const begun = await memory();
servingUs = 0;
const requested = { requests, notified };
const before = process.cpuUsage();
await clock.pass(HOUR);
const { user, system } = process.cpuUsage(before);
const later = await memory();

// What the caller gets: the job itself, as JSON.parse makes it. It is held whatever holds it.
const text = JSON.stringify(Array.from({ length: waits }, (_, n) => at(clock.now(), n)));
const without = await memory();
const jobs = JSON.parse(text);
const held = await memory();

process.stdout.write(
  JSON.stringify({
    startRequests: requested.requests,
    hourRequests: requests - requested.requests,
    heapPerWait: (begun.heap - empty.heap) / waits,
    jobHeap: (held.heap - without.heap) / waits,
    wasmPerWait: (begun.wasm - fresh.wasm) / waits,
    growth: later.heap + later.wasm - begun.heap - begun.wasm,
    cpuPerPoll: (user + system - servingUs) / (notified - requested.notified),
    pending: pending.length + jobs.length,
  }),
);
process.exit();
