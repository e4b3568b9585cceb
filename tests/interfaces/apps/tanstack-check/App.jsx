import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useCheckedJob } from "../../../../recipes/tanstack-query/use-checked-job.js";

function Job({ jobId }) {
  const { data } = useCheckedJob(jobId);
  return (
    <section>
      <p>{data?.job?.status ?? "…"}</p>
    </section>
  );
}

const queries = new QueryClient();

export const App = ({ jobId }) => (
  <QueryClientProvider client={queries}>
    <Job jobId={jobId} />
  </QueryClientProvider>
);
