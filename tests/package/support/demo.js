// What `cargo xtask demo` shows while there is no page: the built package against the emulator.

import { PlangrepClient, progress } from "../../../pkg/index.mjs";
import { startEmulator } from "./emulator.js";

const { url, apiKey, samples, stop } = await startEmulator();
try {
  const client = new PlangrepClient({ baseUrl: url, apiKey });
  const job = await client.getJob(samples.jobId);
  console.log(`The emulator answers at ${url}.\n`);
  console.log(`client.getJob("${job.id}")`);
  console.log(job);
  console.log(`\nclient.listJobs("${samples.projectId}")`);
  console.table(
    (await client.listJobs(samples.projectId)).map((job) => ({
      id: job.id,
      status: job.status,
      progress: progress(job),
      createdAt: job.createdAt,
    })),
  );
} finally {
  await stop();
}
