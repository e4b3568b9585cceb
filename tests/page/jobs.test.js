import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, recordAnnouncements, stripSays } from "./support/browser.js";
import { startEmulator } from "./support/emulator.js";

let emulator;
before(async () => {
  emulator = await startEmulator(["--speed", "10", "--jobs", "6"]);
});
after(() => emulator.close());

const lists = async (page) => Number(await page.locator(".counts dd").nth(1).innerText());
const sent = async (page) => Number(await page.locator(".counts dd").nth(0).innerText());
const row = (page, name) => page.locator(".jobs tbody tr", { hasText: name });

test("a job started from the page appears and lives to its end in the list", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live: 6 jobs");
  await recordAnnouncements(page);
  await page.getByLabel("Start a job that").selectOption("quick");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await stripSays(page, "Live: 7 jobs");
  const first = page.locator(".jobs tbody tr").first();
  await first.locator("td").getByText("Completed", { exact: true }).waitFor();
  assert.match(await first.innerText(), /(\d) of \1 pages/);
  // It is told to a screen reader, once that has had its time for what came before. A busy machine may show nothing of the
  // job before its end.
  await page.waitForFunction(() => globalThis.announced.some((text) => /: (Completed|new)\./.test(text)));
});

test("however many jobs there are, a poll is one list request", async (t) => {
  const { projectId } = await emulator.order("POST", "projects", { jobs: 40, active: 20, name: "Forty" });
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  await page.getByRole("combobox", { name: "Project" }).selectOption(projectId);
  await stripSays(page, "Live: 40 jobs");
  await page.getByRole("button", { name: "Clear" }).click();
  await page.waitForTimeout(4_000);
  assert.ok((await lists(page)) >= 1);
  assert.equal(await sent(page), await lists(page));
});

test("the list shows what the emulator says of each job", async (t) => {
  const { projectId } = await emulator.order("POST", "projects", { name: "Shown" });
  const about = {
    kind: "completes",
    pages: 50,
    externalId: "half-way",
    ageMs: 600_000,
    atMs: 120_000,
    seed: 7,
    projectId,
  };
  const {
    about: { job },
  } = await emulator.order("POST", "jobs", about);
  const page = await openPage(t, emulator.url);
  await page.getByRole("combobox", { name: "Project" }).selectOption(projectId);
  await stripSays(page, "Live: 1 job");
  const text = await row(page, "half-way").innerText();
  assert.match(text, /Processing/);
  assert.match(text, new RegExp(`${job.successfulPageCount} of 50 pages`));
  assert.match(text, new RegExp(`\\b${job.billing.creditsDebited}\\b`));
  assert.match(text, /\b1\d min/);
});

test("an unknown status is shown as the server wrote it", async (t) => {
  const { projectId } = await emulator.order("POST", "projects", { name: "New words" });
  const steps = [{ status: "warming_up", externalId: "odd" }];
  await emulator.order("POST", "jobs", { projectId, externalId: "odd", steps });
  const page = await openPage(t, emulator.url);
  await page.getByRole("combobox", { name: "Project" }).selectOption(projectId);
  await row(page, "odd").locator("td").getByText("Warming up").waitFor();
});

test("the list is narrowed by status and by text, and says when nothing matches", async (t) => {
  await emulator.order("POST", "jobs", { kind: "blocked", ageMs: 600_000 });
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  await page.getByLabel("Show").selectOption("blocked");
  // One look at both: the list may be drawn anew between two.
  await page.waitForFunction(() => {
    const rows = [...document.querySelectorAll(".jobs tbody tr")];
    return rows.length > 0 && rows.every((row) => row.querySelector("td .chip.warn"));
  });
  await page.getByLabel("Show").selectOption("all");
  await page.getByLabel("Find a job").fill("order-10001");
  await page.waitForFunction(() => document.querySelectorAll(".jobs tbody tr").length === 1);
  await page.getByLabel("Find a job").fill("no such thing");
  await page.getByText("No job matches.").waitFor();
});

test("while somebody points at the list, new jobs wait to be let in", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  const first = await page.locator(".jobs tbody th").first().innerText();
  await page.locator(".jobs tbody tr").first().hover();
  await emulator.order("POST", "jobs", { kind: "quick" });
  const button = page.getByRole("button", { name: "Show 1 new" });
  await button.waitFor();
  assert.equal(await page.locator(".jobs tbody th").first().innerText(), first);
  await button.click();
  await page.waitForFunction((name) => document.querySelector(".jobs tbody th").innerText !== name, first);
});
