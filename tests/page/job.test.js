import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, stripSays } from "./support/browser.js";
import { startEmulator } from "./support/emulator.js";

let emulator;
before(async () => {
  emulator = await startEmulator(["--speed", "10", "--jobs", "3"]);
});
after(() => emulator.close());

/** Starts a job like this and opens its view by its address. */
async function openJob(t, spec) {
  const { jobId, about } = await emulator.order("POST", "jobs", spec);
  const page = await openPage(t, `${emulator.url}/#/jobs/${jobId}`);
  await stripSays(page, "Live");
  return { page, jobId, job: about.job };
}

const card = (page, name) => page.getByRole("region", { name });
const seconds = (text) => Number(/(\d+) s/.exec(text)?.[1]);
const eventually = (page, name, text) => card(page, name).getByText(text).first().waitFor();

/** What was requested of the emulator since, by path. */
async function requested(since, jobId) {
  const { events, last } = await emulator.order("GET", `log?since=${since}`);
  return { job: events.filter(({ path }) => path.endsWith(`/jobs/${jobId}`)).length, last };
}

test("an open job shows how far it is, the time left, and the next poll counting down", async (t) => {
  const spec = { kind: "completes", pages: 400, seed: 3, ageMs: 300_000 };
  const { page } = await openJob(t, spec);
  await page.waitForFunction(() => document.querySelector(".far .head span").innerText.match(/[1-9]\d* of 400 pages/));
  await eventually(page, "Progress", /about \d+/);
  const bar = page.getByRole("progressbar", { name: "Progress", exact: true });
  assert.ok(Number(await bar.getAttribute("value")) >= 0 && (await bar.evaluate((node) => node.value)) > 0);
  const counts = new Set();
  for (let look = 0; look < 12; look += 1) {
    counts.add(seconds(await card(page, "Progress").locator("dd").nth(1).innerText()));
    await page.waitForTimeout(400);
  }
  assert.ok(counts.size >= 3, `seen: ${[...counts]}`);
});

test("a job is followed to its end: statuses seen, files, and a link to the result", async (t) => {
  const { page, jobId } = await openJob(t, { kind: "quick", seed: 5, externalId: "to-the-end" });
  await page.getByRole("heading", { name: "to-the-end", level: 1 }).waitFor();
  await eventually(page, "What next", "Every page succeeded.");
  const seen = await card(page, "Statuses seen").locator("li").allInnerTexts();
  assert.match(seen[0], /Created/);
  assert.match(seen.at(-1), /\d\d:\d\d:\d\d\s+Completed/);
  assert.ok((await card(page, "Files").locator("li").count()) > 0);
  const link = page.getByRole("link", { name: "Open the result" });
  assert.match(await link.getAttribute("href"), new RegExp(jobId));
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
  assert.equal(await card(page, "Progress").locator("dd").nth(1).innerText(), "none: it has ended");
});

test("a wait resolves when the job ends, and says after how many polls", async (t) => {
  const { page } = await openJob(t, { kind: "quick", seed: 6, pages: 30 });
  await page.getByRole("button", { name: "Wait for it" }).click();
  await eventually(page, "waitForJob()", /It resolved after .* and \d+ polls?: completed\./);
});

test("an aborted wait says so, and the focus stays on its button", async (t) => {
  const { page } = await openJob(t, { kind: "stuck", seed: 8 });
  await page.getByRole("button", { name: "Wait for it" }).click();
  await eventually(page, "waitForJob()", /Waiting for \d+ s, \d+ polls? so far/);
  await page.getByRole("button", { name: "Abort the wait" }).click();
  await eventually(page, "waitForJob()", "Aborted");
  assert.equal(await page.evaluate(() => document.activeElement.innerText), "Wait for it");
});

test("a wait is handed over to another tab, which goes on with its polls and its time", async (t) => {
  const { page, jobId } = await openJob(t, { kind: "stuck", seed: 10 });
  await page.getByRole("button", { name: "Wait for it" }).click();
  await eventually(page, "waitForJob()", /[2-9] polls so far/);
  await page.getByRole("button", { name: "Hand over" }).click();
  await eventually(page, "waitForJob()", /Handed over after .* and \d+ polls/);
  const polls = Number(/and (\d+) polls/.exec(await card(page, "waitForJob()").innerText())[1]);
  const link = page.getByRole("link", { name: "Go on in another tab" });
  assert.ok((await link.getAttribute("href")).includes(jobId));
  const [other] = await Promise.all([page.context().waitForEvent("page"), link.click()]);
  await eventually(other, "waitForJob()", new RegExp(`${polls + 1} polls so far`));
  await other.getByRole("button", { name: "Abort the wait" }).click();
  await eventually(other, "waitForJob()", "Aborted");
});

test("when the view of a job is left, nothing requests that job alone any more", async (t) => {
  const { page, jobId } = await openJob(t, { kind: "stuck", seed: 9 });
  await page.getByRole("button", { name: "Wait for it" }).click();
  await eventually(page, "waitForJob()", /1 poll so far/);
  await page.getByRole("link", { name: "All jobs" }).click();
  await page.getByRole("heading", { name: "Jobs", level: 1 }).waitFor();
  const { last } = await requested(0, jobId);
  await page.waitForTimeout(3_000);
  assert.equal((await requested(last, jobId)).job, 0);
});

test("a blocked job says what to do, is resumed from the page, and goes on", async (t) => {
  const { page } = await openJob(t, { kind: "blocked", pages: 6, ageMs: 600_000, externalId: "short-of-credits" });
  await eventually(page, "It waits for you", "Add credits to your Plangrep account, then resume the job");
  await page.getByRole("button", { name: "Add credits and resume" }).click();
  await eventually(page, "What next", "Every page succeeded.");
  const seen = (await card(page, "Statuses seen").locator("li").allInnerTexts()).join("\n");
  assert.match(seen, /Out of credits[\s\S]*Completed/);
});

test("a running job's credits are taken away from the page, and given back", async (t) => {
  const { page } = await openJob(t, { kind: "completes", pages: 500, ageMs: 200_000 });
  await page.getByRole("button", { name: "Take its credits away" }).click();
  await eventually(page, "It waits for you", "Add credits");
  await page.getByRole("button", { name: "Add credits and resume" }).click();
  await eventually(page, "Now", "There is nothing for you to do.");
});

test("a running job is cancelled from the page", async (t) => {
  const { page } = await openJob(t, { kind: "stuck", ageMs: 200_000 });
  await page.getByRole("button", { name: "Cancel job" }).click();
  await eventually(page, "What next", "Cancelled by request.");
});

test("a failed job tells its error", async (t) => {
  const { page } = await openJob(t, { kind: "fails", ageMs: 86_400_000 });
  await eventually(page, "What next", /could not be (read|processed)/);
  await eventually(page, "What next", /Error code: (unreadable_file|processing_failed)/);
});

test("a job that is none is explained in words", async (t) => {
  const page = await openPage(t, `${emulator.url}/#/jobs/job_none`);
  await page.getByRole("heading", { name: "There is no such job" }).waitFor();
  await stripSays(page, "Live");
});

test("a result link that is no web address is not offered", async (t) => {
  const steps = [{ status: "completed", resultUrl: "javascript:alert(1)", completedAt: "2026-01-31T09:00:00Z" }];
  const { page } = await openJob(t, { steps });
  await eventually(page, "What next", "Every page succeeded.");
  assert.equal(await page.getByRole("link", { name: "Open the result" }).count(), 0);
});
