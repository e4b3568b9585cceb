// The recipes for interfaces, and other uses of stores, each in Chromium: two components on one job.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startEmulator } from "../page/support/emulator.js";
import { recipe as built } from "./support/recipe.js";

let emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.close());

const HALF = { status: "processing", pageCount: 10, successfulPageCount: 5 };
const DONE = { status: "completed", pageCount: 10, successfulPageCount: 10 };
/** What has a button that tries again, and what has none. */
const RECIPES = {
  page: { retries: true },
  manual: { retries: true },
  react: { retries: true },
  suspense: { retries: false },
  vue: { retries: true },
  svelte: { retries: true },
  "svelte-rune": { retries: true },
  angular: { retries: true },
  "angular-signal": { retries: true },
  solid: { retries: true },
  "tanstack-query": { retries: true },
  "tanstack-check": { retries: false },
  swr: { retries: false },
  nanostores: { retries: true },
  "nanostores-direct": { retries: true },
  transition: { retries: true },
};

test("what a reader copies is short: six lines of the manual, at most twenty of each recipe", () => {
  const root = new URL("../../", import.meta.url);
  const [, first] = /```jsx\n(.*?)```/s.exec(readFileSync(new URL("pkg-template/README.md", root), "utf8"));
  assert.equal(first.trim().split("\n").length, 6);
  const folders = ["angular", "nanostores", "page", "react", "solid", "svelte", "swr", "tanstack-query", "vue"];
  for (const folder of folders.map((name) => new URL(`recipes/${name}/`, root))) {
    for (const name of readdirSync(folder)) {
      const lines = readFileSync(new URL(name, folder), "utf8").trim().split("\n").length;
      assert.ok(lines <= 20, `${name} has ${lines} lines`);
    }
  }
});

const all = new Map();
/** A recipe, built once. */
function recipe(name) {
  if (!all.has(name)) all.set(name, built(name, emulator));
  return all.get(name);
}

const newJob = async (spec) => (await emulator.order("POST", "jobs", spec)).jobId;

for (const [name, { retries }] of Object.entries(RECIPES)) {
  test(`${name}: a job is followed to its end by one request a poll`, async (t) => {
    const { open, requests } = await recipe(name);
    const jobId = await newJob({ steps: [{}, HALF, DONE] });
    const page = await open(t, jobId);
    await page.saysAll("processing");
    assert.equal(await requests(jobId), 1);
    for (let polls = 2; polls <= 3; polls += 1) {
      while ((await requests(jobId)) < polls) await page.pass(1_000);
    }
    await page.saysAll("completed");
    await page.pass(600_000);
    assert.equal(await requests(jobId), 3);
    assert.deepEqual(page.problems, []);
  });

  test(`${name}: unmounted in the middle, it makes no more requests`, async (t) => {
    const { open, requests } = await recipe(name);
    const jobId = await newJob({ steps: [{}] });
    const page = await open(t, jobId);
    await page.saysAll("processing");
    await page.unmount();
    await page.pass(600_000);
    assert.equal(await requests(jobId), 1);
    assert.deepEqual(page.problems, []);
  });

  if (retries) {
    test(`${name}: an error shows, and is tried again by its button`, async (t) => {
      const { open, requests } = await recipe(name);
      const id = `job_${name}_retried`;
      const jobId = await newJob({ id, responses: [null, await shownJob(id)] });
      const page = await open(t, jobId);
      const button = page.getByRole("button", { name: /Try again/ }).first();
      for (let look = 0; look < 500 && !(await button.isVisible()); look += 1) await page.pass(1);
      const before = await requests(jobId);
      await button.click();
      // No sooner than the floor after the failure.
      while ((await requests(jobId)) === before) await page.pass(100);
      for (let look = 0; look < 500 && !(await page.says()).includes("processing"); look += 1) await page.pass(1);
      assert.ok((await page.says()).includes("processing"), page.problems.join("; "));
      await page.unmount();
    });
  }
}

for (const name of Object.keys(RECIPES).filter((name) => name !== "page")) {
  test(`${name}: a server renders it without a request`, async () => {
    const { render, requests } = await recipe(name);
    const jobId = await newJob({ steps: [{}] });
    const html = await render(jobId);
    assert.equal(html.match(/<p[^>]*>…<\/p>/g)?.length, 2, html);
    assert.equal(await requests(jobId), 0);
  });
}

/** A job that is processing, word for word. */
async function shownJob(id) {
  const other = await newJob({ steps: [{}] });
  const headers = { authorization: `Bearer ${emulator.apiKey}` };
  const { job } = await (await fetch(`${emulator.url}/api/open/v1/jobs/${other}`, { headers })).json();
  return { ...job, id };
}
