import { useJob } from "../../../../recipes/swr/use-job.js";

export function App({ jobId }) {
  const { data } = useJob(jobId);
  return (
    <section>
      <p>{data?.job?.status ?? "…"}</p>
    </section>
  );
}
