// With the "esnext.disposable" library a watch can be held by `await using`.

import type { JobUpdate, PlangrepClient } from "plangrep-client";

export async function first(client: PlangrepClient): Promise<JobUpdate | undefined> {
  await using watch = client.watchJob("job");
  const { value } = await watch.next();
  return value;
}
