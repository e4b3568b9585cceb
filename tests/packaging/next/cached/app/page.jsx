// With cacheComponents Next.js refuses a page that reads a clock before it has asked for what changes.

import { PlangrepClient } from "plangrep-client";
import { Suspense } from "react";

async function Job() {
  const { baseUrl, apiKey, jobId, waitJobId } = JSON.parse(process.env.TASK);
  const client = new PlangrepClient({ baseUrl, apiKey, pollFloorMs: 10 });
  const job = await client.getJob(jobId);
  const check = await client.checkJob(jobId);
  const ended = await client.waitForJob(waitJobId, { intervalMs: 20 });
  return <p>{`JOB:${job.id} CHECKED:${check.job.id} ENDED:${ended.status}`}</p>;
}

export default function Page() {
  return (
    <Suspense fallback={<p>soon</p>}>
      <Job />
    </Suspense>
  );
}
