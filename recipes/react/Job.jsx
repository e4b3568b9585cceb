import { useJob } from "./use-job.js";

export function Job({ jobId }) {
  const [{ job, progress, error, status }, refresh] = useJob(jobId);
  return (
    <section>
      <p>{job?.status ?? "…"}</p>
      <progress value={progress ?? 0} />
      {error && <p role="alert">{error.message}</p>}
      {status === "failed" && (
        <button type="button" onClick={refresh}>
          Try again
        </button>
      )}
    </section>
  );
}
