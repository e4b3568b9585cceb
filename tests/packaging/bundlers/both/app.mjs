// Imports the package, and a dependency that requires it.

import legacy from "legacy";
import { PlangrepClient, PlangrepError } from "plangrep-client";

const client = new PlangrepClient({ apiKey: "k".repeat(20), fetch: () => Promise.reject(new Error("no server")) });
const error = await client.getJob("job_1", { maxRetries: 0 }).catch((error) => error);
console.log(
  JSON.stringify({
    same: legacy.PlangrepClient === PlangrepClient,
    known: error instanceof legacy.PlangrepError && error instanceof PlangrepError,
  }),
);
