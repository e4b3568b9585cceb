import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useJob } from "../../../../recipes/tanstack-query/use-job.js";

function Job({ jobId }) {
  const { data, error, refetch } = useJob(jobId);
  return (
    <section>
      <p>{data?.job?.status ?? "…"}</p>
      {error && (
        <button type="button" onClick={() => refetch()}>
          Try again
        </button>
      )}
    </section>
  );
}

const queries = new QueryClient();

export const App = ({ jobId }) => (
  <QueryClientProvider client={queries}>
    <Job jobId={jobId} />
  </QueryClientProvider>
);
