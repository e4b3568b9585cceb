// node --expose-gc many.js '{"waits":…}': waits of one client on a virtual clock, as the application has the package.
//
// `waits` on jobs that run for ten minutes; `own`: each in a project of its own; `history`: finished jobs beside them;
// `hangs`: the first so many jobs never answer; `limitedMs`: until then the server answers 429 with Retry-After;
// `watch`: a watch of the project in place of the waits; `spanMs`: how long it is looked at; `latency` of a response.

import { job } from "./jobs.js";
import { virtualClock } from "./virtual.js";

const LENGTH = 600_000;
const SECOND = 1_000;
const ID = "job_8f2c1e5a90b7";

const given = {
  waits: 1,
  history: 0,
  hangs: 0,
  limitedMs: 0,
  latency: 150,
  spanMs: LENGTH,
  ...JSON.parse(process.argv[2]),
};
const { waits, own, history, hangs, limitedMs, latency, spanMs, watch } = given;

const memories = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...args) {
    super(...args);
    memories.push(this.exports.memory);
  }
};

const clock = virtualClock();
const epoch = Date.parse("2024-11-02T09:00:00.000Z");
const iso = (ms) => new Date(epoch + ms).toISOString();

function at(moment, n) {
  const done = Math.min(1000, Math.floor((moment / LENGTH) * 1000));
  const status = moment < LENGTH ? "processing" : "completed";
  const projectId = own ? `proj_${n}` : "proj_4d1b7c3e9a20";
  return job(n, {
    status,
    projectId,
    pageCount: 1000,
    successfulPageCount: done,
    resultUrl: null,
    updatedAt: iso((done / 1000) * LENGTH),
    completedAt: null,
  });
}

/** The finished jobs, as text: made once. */
const finished = Array.from({ length: history }, (_, n) => JSON.stringify(job(1_000_000 + n))).join(",");

const requests = [];
let bytes = 0;
let servingUs = 0;

function respond(url) {
  if (clock.now() < limitedMs)
    return new Response("{}", { status: 429, headers: { "retry-after": String(limitedMs / SECOND) } });
  const [, n] = new RegExp(`/jobs/${ID}(\\d+)$`).exec(url) ?? [];
  const [, project] = /\/projects\/(?:proj_)?([^/]+)\/jobs$/.exec(url) ?? [];
  let text;
  if (n) text = JSON.stringify({ job: at(clock.now(), Number(n)) });
  else {
    const jobs = own ? [at(clock.now(), Number(project))] : Array.from({ length: waits }, (_, n) => at(clock.now(), n));
    text = `{"jobs":[${[...jobs.map((job) => JSON.stringify(job)), ...(finished ? [finished] : [])].join(",")}]}`;
  }
  // In pieces as a network gives them, so that who stops reading saves the rest.
  const piece = 65_536;
  let read = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        const part = text.slice(read, read + piece);
        read += part.length;
        bytes += part.length;
        controller.enqueue(new TextEncoder().encode(part));
        if (read >= text.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { "content-type": "application/json" } });
}

async function fetch(input, { signal }) {
  const before = process.cpuUsage();
  const url = String(input);
  requests.push(clock.now());
  const number = new RegExp(`/jobs/${ID}(\\d+)$`).exec(url)?.[1];
  const count = () => {
    const { user, system } = process.cpuUsage(before);
    servingUs += user + system;
  };
  if (number !== undefined && Number(number) < hangs) {
    count();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
  }
  count();
  await new Promise((resolve, reject) => {
    setTimeout(resolve, latency);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  const again = process.cpuUsage();
  const response = respond(url);
  const { user, system } = process.cpuUsage(again);
  servingUs += user + system;
  return response;
}

async function memory() {
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
  const wasm = memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  return { all: process.memoryUsage().heapUsed + wasm, wasm };
}

const { PlangrepClient } = await import("plangrep-client");
const client = new PlangrepClient({ baseUrl: "http://127.0.0.1", apiKey: "pgk_live_bench", fetch });
const first = new Map();
const empty = await memory();
const before = process.cpuUsage();
const pending = [];
let ended = null;
if (watch) {
  pending.push(
    (async () => {
      for await (const update of client.watchProject("proj_4d1b7c3e9a20")) {
        if (update.current === null) {
          ended = clock.now();
          return;
        }
      }
    })(),
  );
} else {
  for (let n = 0; n < waits; n++) {
    const onPoll = ({ poll }) => {
      if (poll === 1) first.set(n, clock.now());
    };
    // Who looks at memory counts no callbacks of ours.
    pending.push(given.plain ? client.waitForJob(ID + n) : client.waitForJob(ID + n, { onPoll }).catch(() => {}));
  }
}
await clock.pass(Math.min(60 * SECOND, spanMs));
const begun = await memory();
await clock.pass(spanMs - Math.min(60 * SECOND, spanMs));
const { user, system } = process.cpuUsage(before);
const later = await memory();

const after = requests.filter((at) => at > limitedMs).map((at) => Math.floor((at - limitedMs) / SECOND));
const perSecond = new Map();
for (const second of after) perSecond.set(second, (perSecond.get(second) ?? 0) + 1);

process.stdout.write(
  JSON.stringify({
    requests: requests.length,
    bytes,
    cpuMs: (user + system - servingUs) / 1000,
    cpuPerRequest: (user + system - servingUs) / requests.length,
    lastFirst: Math.max(...[...first].filter(([n]) => n >= hangs).map(([, at]) => at)),
    early: requests.filter((at) => at < limitedMs).length,
    mostInASecond: Math.max(0, ...perSecond.values()),
    meanInASecond: after.length / ((spanMs - limitedMs) / SECOND),
    perWait: (begun.all - empty.all) / waits,
    wasmPerWait: (begun.wasm - empty.wasm) / waits,
    growth: later.all - begun.all,
    ended,
    pending: pending.length,
  }),
);
process.exit();
