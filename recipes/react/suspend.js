// A job's store and its first response, which a component suspends on; on a server that never comes, so nothing waits there.
import { client } from "../client.js";

const observed = new Map();

export function observe(jobId) {
  if (observed.has(jobId)) return observed.get(jobId);
  const store = client.observeJob(jobId);
  const idle = store.get(); // as the server has it, also where the page is hydrated after the first response
  if (typeof document === "undefined") return { store, idle };
  const responded = new Promise((resolve) => {
    const end = store.listen(({ job, status }) => {
      if (job !== null || status === "failed") resolve(end());
    });
  });
  observed.set(jobId, { store, idle, responded });
  return observed.get(jobId);
}
