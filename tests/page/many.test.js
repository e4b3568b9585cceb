import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { noted, openPage, stripSays } from "./support/browser.js";
import { startEmulator } from "./support/emulator.js";

const JOBS = 5_000;

/** A person notices at about 100 ms; beyond this, on a busy machine too, something is wrong. */
const JANK_MS = 500;

let emulator;
before(async () => {
  emulator = await startEmulator(["--speed", "10", "--jobs", "3"]);
});
after(() => emulator.close());

const rows = (page) => page.locator(".jobs tbody tr").count();

test(`${JOBS} jobs stay live, are searched and leafed through, and nothing janks`, async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live: 3 jobs");
  await page.getByRole("button", { name: "Show 5,000 jobs" }).click();
  await stripSays(page, "Live: 5,000 jobs");
  assert.equal(await rows(page), 25);
  await page.waitForTimeout(1_500);
  const since = await page.evaluate(() => performance.now());
  await page.getByRole("button", { name: "Older" }).click();
  await page.getByText("26–50 of 5,000").waitFor();
  await page.getByRole("searchbox", { name: "Find a job" }).pressSequentially("order-1200", { delay: 60 });
  await page.waitForFunction(() => document.querySelectorAll(".jobs tbody tr").length < 25);
  await page.getByRole("searchbox", { name: "Find a job" }).fill("");
  await page.getByRole("link", { name: "Billing" }).click();
  await page.getByRole("heading", { name: "Credits of the newest 60 jobs" }).waitFor();
  await page.getByRole("link", { name: "Jobs", exact: true }).click();
  // Several polls of all jobs.
  await page.waitForTimeout(8_000);
  const { longTasks } = await noted(page);
  const durations = longTasks.filter(({ startTime }) => startTime > since).map(({ duration }) => duration);
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  const polls = Number(await page.locator(".counts dd").nth(1).innerText());
  t.diagnostic(
    `${durations.length} long tasks in about 12 s, the longest ${Math.max(0, ...durations)} ms: ${durations.map(Math.round)}`,
  );
  t.diagnostic(`${nodes} elements, ${polls} polls`);
  assert.ok(Math.max(0, ...durations) < JANK_MS, `a task of ${Math.max(...durations)} ms`);
  assert.ok(nodes < 1_500, `${nodes} elements`);
  assert.deepEqual(page.problems, []);
});
