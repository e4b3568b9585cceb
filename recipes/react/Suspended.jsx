// A job under <Suspense>, React 19: the fallback shows until the first response.
import { use, useSyncExternalStore } from "react";
import { observe } from "./suspend.js";

export function Job({ jobId }) {
  const { store, idle, responded } = observe(jobId);
  if (responded) use(responded);
  const { job, error } = useSyncExternalStore(store.listen, store.get, () => idle);
  return <p>{job?.status ?? error?.message ?? "…"}</p>;
}
