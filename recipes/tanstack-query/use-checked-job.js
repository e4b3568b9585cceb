// A job in TanStack Query 5, polled by the query itself: checkJob says when, and its state travels in the query's data,
// so that a query which was persisted goes on where it was.
import { useQuery } from "@tanstack/react-query";
import { client } from "../client.js";

export const checkedJob = (jobId) => ({
  queryKey: ["plangrep", "checked job", jobId],
  queryFn: async ({ client: queries, queryKey, signal }) => {
    const before = queries.getQueryData(queryKey);
    const check = await client.checkJob(jobId, before?.state, { signal });
    return { ...check, job: check.job ?? before?.job ?? null };
  },
  refetchInterval: ({ state }) => state.data?.nextPollMs ?? false,
});

export const useCheckedJob = (jobId) => useQuery(checkedJob(jobId));
