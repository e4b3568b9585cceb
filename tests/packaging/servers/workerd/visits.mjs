// What a worker answers its visitors, with one client for them all.

import { check } from "./check.mjs";

// Where the API is, a request says; the client is there before any.
const nowhere = "https://api.invalid";
let target = "";
/** One of several requests at once that wait with the client of the module. */
async function wait(client, { id, signal }) {
  const polls = [];
  const onPoll = ({ elapsedMs }) => polls.push(elapsedMs >= 0 && elapsedMs < 60_000);
  const job = await client.waitForJob(id, { intervalMs: 20, maxWaitMs: 60_000, onPoll, signal });
  return { id: job.id, status: job.status, polls };
}

export function workerOf(plangrep) {
  const client = new plangrep.PlangrepClient({
    baseUrl: nowhere,
    apiKey: () => target.apiKey,
    pollFloorMs: 10,
    fetch: (url, init) => fetch(url.replace(nowhere, target.baseUrl), init),
  });
  return {
    async fetch(request) {
      if (request.method === "GET") return new Response("ready");
      const task = await request.json();
      if (!task.wait) return Response.json(await check(plangrep, task));
      target = task;
      return Response.json(await wait(client, { id: task.wait, signal: request.signal }));
    },
  };
}
