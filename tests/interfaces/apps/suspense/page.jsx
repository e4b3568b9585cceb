import { Suspense } from "react";
import { Job } from "../../../../recipes/react/Suspended.jsx";
import { mounted } from "../react.jsx";

export const mount = mounted(({ jobId }) => (
  <section>
    <Suspense fallback={<p>…</p>}>
      <Job jobId={jobId} />
    </Suspense>
  </section>
));
