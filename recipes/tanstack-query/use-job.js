// A job in TanStack Query 5: the watch streams into the query, which ends it when nobody looks any more.
import { experimental_streamedQuery as streamedQuery, useQuery } from "@tanstack/react-query";
import { client } from "../client.js";

export const jobQuery = (jobId) => ({
  queryKey: ["plangrep", "job", jobId],
  queryFn: streamedQuery({
    streamFn: ({ signal }) => client.watchJob(jobId, { signal }),
    reducer: (_, update) => update,
    initialValue: null,
  }),
  retry: false, // the watch has tried again already
  staleTime: Number.POSITIVE_INFINITY,
});

export const useJob = (jobId) => useQuery(jobQuery(jobId));
