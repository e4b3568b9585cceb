import { Suspense, startTransition, useDeferredValue, useEffect, useState } from "react";
import { Job } from "../../../../recipes/react/Job.jsx";

/** The recipe's component, whose job is another one at first and changes in a transition, deferred too. */
export function App({ jobId }) {
  const [id, setId] = useState("job_of_before");
  useEffect(() => {
    startTransition(() => setId(jobId));
  }, [jobId]);
  return (
    <Suspense fallback={null}>
      <Job jobId={useDeferredValue(id)} />
    </Suspense>
  );
}
