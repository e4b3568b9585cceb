// What a worker answers its visitors, with one client for them all.

import { check } from "./check.mjs";

// Where the API is, a request says; the client is there before any.
const nowhere = "https://api.invalid";

/** The one client of a module: `aim` says where the API is, `wait` waits with it. */
export function waiterOf(plangrep) {
  let target;
  const client = new plangrep.PlangrepClient({
    baseUrl: nowhere,
    apiKey: () => target.apiKey,
    pollFloorMs: 10,
    fetch: (url, init) => fetch(url.replace(nowhere, target.baseUrl), init),
  });
  return {
    aim(at) {
      target = at;
    },
    /** One of several that wait at once. */
    async wait(id, signal) {
      const polls = [];
      const onPoll = ({ elapsedMs }) => polls.push(elapsedMs >= 0 && elapsedMs < 60_000);
      const job = await client.waitForJob(id, { intervalMs: 20, maxWaitMs: 60_000, onPoll, signal });
      return { id: job.id, status: job.status, polls };
    },
  };
}

export function workerOf(plangrep) {
  const { aim, wait } = waiterOf(plangrep);
  return {
    async fetch(request) {
      if (request.method === "GET") return new Response("ready");
      const task = await request.json();
      if (!task.wait) return Response.json(await check(plangrep, task));
      aim(task);
      return Response.json(await wait(task.wait, request.signal));
    },
  };
}
