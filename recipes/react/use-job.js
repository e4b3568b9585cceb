// A job in React 18 and newer, for any number of components: they share their requests. On a server it is not there yet.
import { useMemo, useSyncExternalStore } from "react";
import { client } from "../client.js";

export function useJob(jobId) {
  const store = useMemo(() => client.observeJob(jobId), [jobId]);
  const state = useSyncExternalStore(store.listen, store.get, store.get);
  return [state, store.refresh];
}
