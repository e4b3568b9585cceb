import assert from "node:assert/strict";
import nock from "nock";
import * as plangrep from "plangrep-client";
import { check } from "./check.mjs";

const at = new Date().toISOString();
const body = (status) => ({ job: { id: "job_1", status, projectId: "proj_1", createdAt: at, updatedAt: at } });
const server = nock("https://plangrep.com", { reqheaders: { authorization: "Bearer a-key" } });
server.get("/api/open/v1/jobs/job_1").reply(200, body("processing"));
server.get("/api/open/v1/jobs/job_1").reply(200, body("completed"));

const client = new plangrep.PlangrepClient({ apiKey: "a-key", pollFloorMs: 1 });
assert.equal((await client.waitForJob("job_1", { intervalMs: 5 })).status, "completed");
server.done();
console.log(JSON.stringify(await check(plangrep, JSON.parse(process.env.TASK))));
