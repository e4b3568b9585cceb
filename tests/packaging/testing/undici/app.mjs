import assert from "node:assert/strict";
import * as plangrep from "plangrep-client";
import { fetch, MockAgent, setGlobalDispatcher } from "undici";
import { check } from "./check.mjs";

const agent = new MockAgent();
agent.enableNetConnect();
setGlobalDispatcher(agent);
const at = new Date().toISOString();
const body = (status) => ({ job: { id: "job_1", status, projectId: "proj_1", createdAt: at, updatedAt: at } });

// Node's own fetch asks the same agent, and so does undici's.
for (const own of [{}, { fetch }]) {
  for (const status of ["processing", "completed"]) {
    agent
      .get("https://plangrep.com")
      .intercept({ path: "/api/open/v1/jobs/job_1", headers: { authorization: "Bearer a-key" } })
      .reply(200, body(status));
  }
  const client = new plangrep.PlangrepClient({ apiKey: "a-key", pollFloorMs: 1, ...own });
  assert.equal((await client.waitForJob("job_1", { intervalMs: 5 })).status, "completed");
  agent.assertNoPendingInterceptors();
}
console.log(JSON.stringify(await check(plangrep, JSON.parse(process.env.TASK))));
