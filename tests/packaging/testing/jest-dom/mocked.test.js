/** @jest-environment jsdom */

const { PlangrepClient } = require("plangrep-client");

test("needs nothing of the page but what every environment has, given a mock of fetch", async () => {
  // Where the tests run is often where the server runs, whose key is in the environment.
  process.env.PLANGREP_API_KEY = "a-key";
  const requested = [];
  const statuses = ["processing", "completed"];
  const fetch = async (url, { headers }) => {
    requested.push([url, "Authorization" in headers]);
    const at = new Date().toISOString();
    const job = { id: "job_1", status: statuses.shift(), projectId: "proj_1", createdAt: at, updatedAt: at };
    return { status: 200, headers: { get: () => null }, json: async () => ({ job }) };
  };
  const client = new PlangrepClient({ baseUrl: "/plangrep", fetch, pollFloorMs: 1 });
  expect((await client.waitForJob("job_1", { intervalMs: 5 })).status).toBe("completed");
  const url = "http://localhost/plangrep/api/open/v1/jobs/job_1";
  expect(requested).toEqual([
    [url, false],
    [url, false],
  ]);
});
