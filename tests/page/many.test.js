import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, stripSays } from "./support/browser.js";
import { startEmulator } from "./support/emulator.js";
import { tasksDuring } from "./support/tasks.js";

const JOBS = 5_000;

/** Processor time that one task may take. A person notices a pause of about 100 ms. */
const JANK_MS = 200;

let emulator;
before(async () => {
  emulator = await startEmulator(["--speed", "10", "--jobs", "3"]);
});
after(() => emulator.close());

const rows = (page) => page.locator(".jobs tbody tr").count();

async function use(page) {
  await page.getByRole("button", { name: "Older" }).click();
  await page.getByText("26–50 of 5,000").waitFor();
  const search = page.getByRole("searchbox", { name: "Find a job" });
  await search.pressSequentially("order-1200", { delay: 60 });
  await page.waitForFunction(() => document.querySelectorAll(".jobs tbody tr").length < 25);
  await search.fill("");
  await page.getByLabel("Show").selectOption("blocked");
  await page.getByLabel("Show").selectOption("all");
  await page.getByRole("link", { name: "Billing" }).click();
  await page.getByRole("heading", { name: "Credits of the newest 60 jobs" }).waitFor();
  await page.getByRole("link", { name: "Jobs", exact: true }).click();
  // Some polls of all jobs.
  await page.waitForTimeout(8_000);
}

test(`${JOBS} jobs stay live, are searched and leafed through, and nothing janks`, async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live: 3 jobs");
  await page.getByRole("button", { name: "Show 5,000 jobs" }).click();
  await stripSays(page, "Live: 5,000 jobs");
  assert.equal(await rows(page), 25);
  const tasks = await tasksDuring(page, () => use(page));
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  const polls = await page.locator(".counts dd").nth(1).innerText();
  t.diagnostic(`longest tasks, ms of processor time: ${tasks.slice(0, 8).map(Math.round).join(" ")}`);
  t.diagnostic(`${nodes} elements, ${polls} polls`);
  assert.ok(tasks.length > 0 && tasks[0] < JANK_MS, `a task of ${tasks[0]} ms`);
  assert.ok(nodes < 1_500, `${nodes} elements`);
  assert.deepEqual(page.problems, []);
});
