// A job in SWR 2: one subscription a key, however many components.
import { useMemo } from "react";
import useSWRSubscription from "swr/subscription";
import { client } from "../client.js";

export function useJob(jobId) {
  const store = useMemo(() => client.observeJob(jobId), [jobId]);
  return useSWRSubscription(["plangrep", "job", jobId], (_, { next }) => store.subscribe((state) => next(null, state)));
}
