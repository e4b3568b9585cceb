import * as plangrep from "plangrep-client";
import { expect, test } from "vitest";
import { check } from "./check.mjs";

test("follows a job in the page that Vitest plays", { timeout: 20_000 }, async () => {
  const outcome = await check(plangrep, JSON.parse(process.env.TASK));
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
});

test("takes no key from the environment for a server that adds it", async () => {
  process.env.PLANGREP_API_KEY = "a-key";
  const requested = [];
  const fetch = async (url, { headers }) => {
    requested.push([new URL(url).pathname, "Authorization" in headers]);
    return { status: 200, headers: { get: () => null }, json: async () => ({ jobs: [] }) };
  };
  await new plangrep.PlangrepClient({ baseUrl: "/plangrep", fetch }).listJobs("proj_1");
  expect(requested).toEqual([["/plangrep/api/open/v1/projects/proj_1/jobs", false]]);
});
