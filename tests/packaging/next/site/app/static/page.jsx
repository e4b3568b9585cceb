// Next.js tries to render this once, when it builds, and steers itself away from that by what it throws through fetch.

import { PlangrepClient } from "plangrep-client";

export default async function Page() {
  const { baseUrl, apiKey, jobId, waitJobId } = JSON.parse(process.env.TASK);
  const client = new PlangrepClient({ baseUrl, apiKey, pollFloorMs: 10 });
  const job = await client.getJob(jobId);
  const ended = await client.waitForJob(waitJobId, { intervalMs: 20 });
  return (
    <p>
      {`JOB:${job.id}`} {`ENDED:${ended.status}`}
    </p>
  );
}
