import { init, PlangrepClient } from "plangrep-client/external";
import url from "plangrep-client/plangrep_client.wasm?url";

const started = init(new URL(url, import.meta.url)).then(() => new PlangrepClient({ baseUrl: "/plangrep" }));

export const first = async () => (await started).getJob("job_1");
export const wait = async (id) => (await started).waitForJob(id, { maxWaitMs: 600_000 });
