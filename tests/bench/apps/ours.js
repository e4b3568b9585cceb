import { PlangrepClient } from "plangrep-client";

const client = new PlangrepClient({ baseUrl: "/plangrep" });

export const first = () => client.getJob("job_1");
export const wait = (id) => client.waitForJob(id, { maxWaitMs: 600_000 });
