// Pictures of every view, kept in output/ for people to look at.

import assert from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openPage, PHONE, stripSays } from "./support/browser.js";
import { startEmulator } from "./support/emulator.js";

const OUTPUT = fileURLToPath(new URL("output/", import.meta.url));

const LOOKS = {
  light: {},
  dark: { colorScheme: "dark" },
  "phone-light": { viewport: PHONE, deviceScaleFactor: 2 },
  "phone-dark": { viewport: PHONE, deviceScaleFactor: 2, colorScheme: "dark" },
};

let emulator;
const jobs = {};
before(async () => {
  mkdirSync(OUTPUT, { recursive: true });
  emulator = await startEmulator(["--speed", "4", "--jobs", "14"]);
  const start = async (name, spec) => {
    jobs[name] = (await emulator.order("POST", "jobs", { externalId: name, ...spec })).jobId;
  };
  await start("partly-done", { kind: "completes_with_errors", ageMs: 7_200_000, seed: 11 });
  await start("stopped", { kind: "cancelled", ageMs: 7_100_000, seed: 12 });
  await start("no-credits", { kind: "blocked", ageMs: 1_500_000, seed: 13 });
  await start("under-way", { kind: "completes", pages: 400, ageMs: 420_000, seed: 14 });
});
after(() => emulator.close());

for (const [look, options] of Object.entries(LOOKS)) {
  test(`pictures: ${look}`, async (t) => {
    const page = await openPage(t, emulator.url, options);
    t.after(() => emulator.order("DELETE", "faults"));
    const picture = async (view, fullPage = true) => {
      const path = `${OUTPUT}${view}-${look}.png`;
      await page.screenshot({ path, fullPage, animations: "disabled" });
      assert.ok(statSync(path).size > 10_000);
    };
    await stripSays(page, "Live");
    await page.waitForTimeout(3_000);
    await picture("jobs");
    for (const name of ["under-way", "no-credits", "partly-done"]) {
      await page.goto(`${emulator.url}/#/jobs/${jobs[name]}`);
      await page.waitForTimeout(700);
      if (name === "under-way") await page.getByRole("button", { name: "Wait for it" }).click();
      await page.waitForTimeout(1_500);
      await picture(`job-${name}`);
    }
    await page.goto(`${emulator.url}/#/billing`);
    await page.getByRole("heading", { name: "By status" }).waitFor();
    await picture("billing");
    await page.goto(`${emulator.url}/#/code`);
    await page.getByText("client.observeProject").waitFor();
    await picture("code");
    await page.goto(`${emulator.url}/#/jobs`);
    await page.getByRole("radio", { name: "Errors (503)" }).check();
    await stripSays(page, "The server has a problem");
    await picture("broken");
    await page.getByRole("button", { name: "Connection" }).click();
    await picture("connection", false);
  });
}
