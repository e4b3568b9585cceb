// A job under <Suspense>, React 19: the fallback shows until the first answer, which on a server never comes.
import { use, useSyncExternalStore } from "react";
import { client } from "../client.js";

const observed = new Map();
function observe(jobId) {
  const store = client.observeJob(jobId);
  const idle = store.get(); // as the server has it, also where the page is hydrated after the first answer
  if (typeof document === "undefined") return { store, idle };
  const answered = new Promise((resolve) => {
    const end = store.listen(({ job, status }) => {
      if (job !== null || status === "failed") resolve(end());
    });
  });
  observed.set(jobId, { store, idle, answered });
  return observed.get(jobId);
}

export function Job({ jobId }) {
  const { store, idle, answered } = observed.get(jobId) ?? observe(jobId);
  if (answered) use(answered);
  const { job, error } = useSyncExternalStore(store.listen, store.get, () => idle);
  return <p>{job?.status ?? error?.message ?? "…"}</p>;
}
