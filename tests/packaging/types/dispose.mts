// With esnext.disposable a watch is an async disposable.

import { type JobUpdate, PlangrepClient, type Watch } from "plangrep-client";

export async function first(jobId: string): Promise<JobUpdate | undefined> {
  await using watch: Watch<JobUpdate> = new PlangrepClient().watchJob(jobId);
  const { value } = await watch.next();
  return value;
}
