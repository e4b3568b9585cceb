import assert from "node:assert/strict";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import * as plangrep from "plangrep-client";
import { check } from "./check.mjs";

const statuses = ["processing", "completed"];
const server = setupServer(
  http.get("https://plangrep.com/api/open/v1/jobs/:id", ({ params: { id }, request }) => {
    if (request.headers.get("authorization") !== "Bearer a-key") return new HttpResponse(null, { status: 401 });
    const at = new Date().toISOString();
    return HttpResponse.json({ job: { id, status: statuses.shift(), projectId: "p", createdAt: at, updatedAt: at } });
  }),
);
server.listen({ onUnhandledRequest: "bypass" });

const client = new plangrep.PlangrepClient({ apiKey: "a-key", pollFloorMs: 1 });
assert.equal((await client.waitForJob("job_1", { intervalMs: 5 })).status, "completed");
console.log(JSON.stringify(await check(plangrep, JSON.parse(process.env.TASK))));
server.close();
