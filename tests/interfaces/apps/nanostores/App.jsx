import { useStore } from "@nanostores/react";
import { computed } from "nanostores";
import { useMemo } from "react";
import { observed } from "../../../../recipes/nanostores/job.js";
import { client } from "../client.js";

/** What is computed of the recipe's atom. */
export function Computed({ jobId }) {
  const [$job, $words] = useMemo(() => {
    const $job = observed(jobId);
    return [$job, computed($job, ({ job }) => job?.status ?? "…")];
  }, [jobId]);
  return (
    <section>
      <p>{useStore($words)}</p>
      {useStore($job).status === "failed" && (
        <button type="button" onClick={$job.refresh}>
          Try again
        </button>
      )}
    </section>
  );
}

/** A store of the client's, as it is. */
export function Direct({ jobId }) {
  const store = useMemo(() => client.observeJob(jobId), [jobId]);
  const { job, status } = useStore(store);
  return (
    <section>
      <p>{job?.status ?? "…"}</p>
      {status === "failed" && (
        <button type="button" onClick={store.refresh}>
          Try again
        </button>
      )}
    </section>
  );
}
