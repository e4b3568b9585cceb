import { Suspense } from "react";
import { Job } from "../../../../recipes/react/Suspended.jsx";

export const App = ({ jobId }) => (
  <section>
    <Suspense fallback={<p>…</p>}>
      <Job jobId={jobId} />
    </Suspense>
  </section>
);
