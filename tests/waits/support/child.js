// A process of its own for the tests of what keeps one alive: `node child.js SCENARIO BASE_URL`. It never calls exit.

import { PlangrepClient } from "../../support/package.js";

const [scenario, baseUrl] = process.argv.slice(2);
// Whatever is left over would hold the process for longer than the test lets it live: no timer here is so short that it
// could run out unnoticed.
const settings = { baseUrl, pollFloorMs: 50, timeoutMs: 600_000 };
const client = new PlangrepClient(settings);
const say = (what) => console.log(what);
const abort = new AbortController();
const options = { intervalMs: 300, signal: abort.signal };
const failed = (error) => say(`rejected ${error.name === "AbortError" ? error.name : error.code}`);

const scenarios = {
  "a wait": () => client.waitForJob("job_1", options).then((job) => say(job.status)),
  "a watch": async () => {
    for await (const { job } of client.watchJob("job_1", options)) say(job.status);
  },
  "a wait that times out": () => client.waitForJob("endless", { ...options, maxWaitMs: 700 }).catch(failed),
  "a wait that is aborted while it sleeps": async () => {
    const wait = client.waitForJob("endless", {
      ...options,
      intervalMs: 600_000,
      onPoll: () => setTimeout(() => abort.abort(), 50),
    });
    await wait.catch(failed);
  },
  "a wait that is aborted in flight": async () => {
    // Once the headers are there, the body is under way, for ever.
    const fetchAndLeave = async (...args) => {
      const response = await fetch(...args);
      setTimeout(() => abort.abort(), 50);
      return response;
    };
    const leaving = new PlangrepClient({ ...settings, fetch: fetchAndLeave });
    await leaving.waitForJob("silent", options).catch(failed);
  },
  "a watch that is left": async () => {
    for await (const { job } of client.watchJob("endless", { ...options, intervalMs: 600_000 })) {
      say(job.status);
      break;
    }
  },
  "a watch whose next is not called": async () => {
    const watch = client.watchJob("endless", { ...options, intervalMs: 600_000, maxWaitMs: 900_000 });
    say((await watch.next()).value.job.status);
  },
  "a client that is closed": async () => {
    const onPoll = () => setTimeout(() => client.close(), 50);
    await client.waitForJob("endless", { ...options, intervalMs: 600_000, onPoll }).catch(failed);
  },
};

await scenarios[scenario]();
