// A process of its own, with --expose-gc: iterators that are dropped while idle, and with a promise still pending.

import { getEventListeners } from "node:events";
import { PlangrepClient } from "../../support/package.js";
import { job, KEY } from "../../support/samples.js";

let requests = 0;
const fetch = async () => {
  requests++;
  return new Response(JSON.stringify({ job: job({ status: "processing" }) }));
};
const client = new PlangrepClient({ apiKey: KEY, fetch });
const listeners = (signal) => getEventListeners(signal, "abort").length;

/** Collects garbage until the signal has no listener, for at most five seconds. */
async function collected(signal) {
  for (let turn = 0; turn < 100 && listeners(signal) > 0; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    gc();
  }
  return listeners(signal);
}

const idle = new AbortController();
await (async () => {
  await client.watchJob("job_1", { signal: idle.signal }).next();
})();
const pending = new AbortController();
const next = (() => client.watchJob("job_1", { signal: pending.signal }).next())();
gc();
await next;
console.log(JSON.stringify({ idle: await collected(idle.signal), pending: await collected(pending.signal), requests }));
