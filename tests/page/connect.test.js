import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, strip, stripSays } from "./support/browser.js";
import { startEmulator } from "./support/emulator.js";

let emulator;
before(async () => {
  emulator = await startEmulator(["--speed", "60", "--jobs", "8"]);
});
after(() => emulator.close());

async function connect(page, fields) {
  await page.getByRole("button", { name: "Connection" }).click();
  const dialog = page.getByRole("dialog", { name: "Connection" });
  for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label).fill(value);
  await dialog.getByRole("button", { name: "Connect" }).click();
}

test("the emulator's page connects by itself and shows the first project's jobs", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live: 8 jobs");
  assert.equal(await page.locator(".jobs tbody tr").count(), 8);
  await page.getByText("It is not Plangrep").waitFor();
});

test("address, key and project are filled in, and the key is not to be read on the screen", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  await page.getByRole("button", { name: "Connection" }).click();
  const dialog = page.getByRole("dialog", { name: "Connection" });
  assert.equal(await dialog.getByLabel("Address").inputValue(), emulator.url);
  assert.equal(await dialog.getByLabel("API key").inputValue(), emulator.apiKey);
  assert.equal(await dialog.getByLabel("API key").getAttribute("type"), "password");
  assert.equal(await dialog.getByLabel("Project").inputValue(), emulator.projectId);
  assert.ok(!(await page.locator("body").innerText()).includes(emulator.apiKey));
});

test("another project is chosen by its name", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live: 8 jobs");
  await page.getByRole("combobox", { name: "Project" }).selectOption({ label: "Library extension" });
  await stripSays(page, "Live: 4 jobs");
  assert.equal(await page.locator(".jobs tbody tr").count(), 4);
});

test("a wrong key is explained in words and to a screen reader, ends the polling, and the right one mends it", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  await connect(page, { "API key": "pgk_live_wrong" });
  await stripSays(page, "The API key was not accepted");
  await strip(page).getByText("Check the key and connect again").waitFor();
  assert.match(await page.getByRole("alert").innerText(), /key was not accepted/);
  const sent = () => page.locator(".counts dd").first().innerText();
  const before = await sent();
  await page.waitForTimeout(2_500);
  assert.equal(await sent(), before);
  await strip(page).getByRole("button", { name: "Change connection" }).click();
  const dialog = page.getByRole("dialog", { name: "Connection" });
  await dialog.getByLabel("API key").fill(emulator.apiKey);
  await dialog.getByRole("button", { name: "Connect" }).click();
  await stripSays(page, "Live: 8 jobs");
});

test("a project that is none is explained in words", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  await connect(page, { Project: "proj_none" });
  await stripSays(page, "There is no such project");
});

test("an address that makes no sense is explained in words, before any request", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  await connect(page, { Address: "ftp://127.0.0.1/" });
  await stripSays(page, "Something is missing or wrong: the address");
});

test("another server than the page's own is named as what the page may not talk to", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  await connect(page, { Address: "http://127.0.0.1:9" });
  await stripSays(page, "The server cannot be reached");
  await strip(page).getByText("only talk to the server that it came from").waitFor();
});
