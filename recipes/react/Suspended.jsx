// A job under <Suspense>, React 19: the fallback shows until the first answer. For pages; a server would wait for ever.
import { use, useSyncExternalStore } from "react";
import { client } from "../client.js";

const observed = new Map();
function observe(jobId) {
  const store = client.observeJob(jobId);
  const answered = new Promise((resolve) => {
    const end = store.listen(({ job, status }) => {
      if (job !== null || status === "failed") resolve(end());
    });
  });
  observed.set(jobId, { store, answered });
  return observed.get(jobId);
}

export function Job({ jobId }) {
  const { store, answered } = observed.get(jobId) ?? observe(jobId);
  use(answered);
  const { job, error } = useSyncExternalStore(store.listen, store.get, store.get);
  return <p>{job?.status ?? error?.message ?? "…"}</p>;
}
