import { createClient } from "../lib/stack.js";

const client = createClient({ baseUrl: new URL("/plangrep", location.href).href });

export const first = () => client.getJob("job_1");
export const wait = (id) => client.waitForJob(id, { maxWaitMs: 600_000 });
