// What an application does with a client, a watch and a store that it keeps in something that wraps objects.

import * as plangrep from "plangrep-client";
import { check } from "./check.mjs";

const task = JSON.parse(process.env.TASK);

/** `keep(object)` gives the object as the wrapper hands it out. */
export async function use(keep) {
  class PlangrepClient {
    constructor(options) {
      const client = keep(new plangrep.PlangrepClient(options));
      const kept = {
        watchJob: (...received) => keep(client.watchJob(...received)),
        watchProject: (...received) => keep(client.watchProject(...received)),
      };
      // biome-ignore lint/correctness/noConstructorReturn: stands for the client
      return { ...methods(client), ...kept };
    }
  }
  const store = keep(new plangrep.PlangrepClient({ ...given() }).observeJob(task.jobId));
  const { status } = store.get();
  store.subscribe(() => {})();
  if (status !== "idle") throw new Error(`the store is ${status}`);
  console.log(JSON.stringify(await check({ ...plangrep, PlangrepClient }, task)));
}

const given = () => ({ baseUrl: task.baseUrl, apiKey: task.apiKey });

/** Called on the client, as an application does, and detached. */
function methods(client) {
  const { getJob, close } = client;
  return {
    getJob,
    close,
    listJobs: (...received) => client.listJobs(...received),
    waitForJob: (...received) => client.waitForJob(...received),
  };
}
