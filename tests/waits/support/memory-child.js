// A process of its own, with --expose-gc: ten thousand polls of many kinds, and how much memory they leave behind.

import { flush } from "../../support/flush.js";
import { instances, wasmBytes } from "../../support/instances.js";

const { PlangrepClient } = await import("../../support/package.js");
const { job, KEY } = await import("../../support/samples.js");
const { default: FakeTimers } = await import("@sinonjs/fake-timers");

const JOBS = 20;
const clock = FakeTimers.install({ now: 0, toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
let requests = 0;

/** Every fourth response fails; the jobs change all the time. */
const fetch = async (url) => {
  requests++;
  if (requests % 4 === 0) return new Response('{"code":"busy"}', { status: 503 });
  const state = (index) =>
    job({
      id: `job_${index}`,
      projectId: "proj_1",
      status: "processing",
      successfulPageCount: requests % 200,
      updatedAt: new Date(Date.now()).toISOString(),
    });
  const one = /\/jobs\/job_(\d+)$/.exec(url);
  return new Response(
    JSON.stringify(one ? { job: state(one[1]) } : { jobs: Array.from({ length: JOBS }, (_, index) => state(index)) }),
  );
};

const client = new PlangrepClient({ apiKey: KEY, fetch, maxRetries: 0 });
const abort = new AbortController();
const options = { intervalMs: 10_000, signal: abort.signal };
let updates = 0;
const ends = [];
const count = () => updates++;
for (let index = 0; index < JOBS; index++) {
  ends.push(client.waitForJob(`job_${index}`, { ...options, onUpdate: count, onPoll: count }));
}
ends.push(
  (async () => {
    for await (const _ of client.watchProject("proj_1", { ...options, everyPoll: true })) count();
  })(),
);

const used = () => {
  gc();
  gc();
  return {
    wasm: wasmBytes(),
    heap: process.memoryUsage().heapUsed,
  };
};
const polls = async (number) => {
  const end = requests + number;
  while (requests < end) {
    await flush();
    clock.next();
    if (requests % 7 === 0) client.waitForJob("job_3", { maxWaitMs: 5_000 }).catch(() => {});
  }
  await flush();
};

await polls(1_000);
const before = used();
await polls(10_000);
const after = used();
abort.abort();
await Promise.allSettled(ends);
await flush();
console.log(JSON.stringify({ instances: instances.length, before, after, updates, timers: clock.countTimers() }));
