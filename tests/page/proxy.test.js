import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, stripSays } from "./support/browser.js";
import { startEmulator } from "./support/emulator.js";

let upstream;
let proxy;
before(async () => {
  upstream = await startEmulator(["--speed", "10", "--jobs", "7"]);
  proxy = await startEmulator(["--upstream", upstream.url], { PLANGREP_API_KEY: upstream.apiKey });
});
after(async () => {
  await proxy.close();
  await upstream.close();
});

test("through the proxy the page requests a project, needs no key, and shows its jobs", async (t) => {
  const page = await openPage(t, proxy.url);
  const dialog = page.getByRole("dialog", { name: "Connection" });
  await dialog.getByText("none is needed here").waitFor();
  assert.equal(await dialog.getByLabel("API key").inputValue(), "");
  await dialog.getByLabel("Project").fill(upstream.projectId);
  await dialog.getByRole("button", { name: "Connect" }).click();
  await stripSays(page, "Live: 7 jobs");
  assert.equal(await page.locator(".jobs tbody tr").count(), 7);
  assert.deepEqual(page.problems, []);
});

test("what only the emulator can do is not offered, and the client's own intervals are kept", async (t) => {
  const page = await openPage(t, `${proxy.url}/#/code`);
  const dialog = page.getByRole("dialog", { name: "Connection" });
  await dialog.getByLabel("Project").fill(upstream.projectId);
  await dialog.getByRole("button", { name: "Connect" }).click();
  await stripSays(page, "Live");
  assert.equal(await page.getByText("Try it").count(), 0);
  await page.getByText("a poll every 10 to 30 seconds").waitFor();
  await page.waitForTimeout(4_000);
  assert.equal(await page.locator(".counts dd").first().innerText(), "1");
});

test("a job is opened through the proxy, and the key is sent by the proxy alone", async (t) => {
  const { jobId } = await upstream.order("POST", "jobs", { kind: "blocked", ageMs: 600_000, externalId: "by-proxy" });
  const page = await openPage(t, "about:blank");
  const keys = [];
  page.on("request", (request) => keys.push(request.headers().authorization));
  await page.goto(`${proxy.url}/#/jobs/${jobId}`);
  const dialog = page.getByRole("dialog", { name: "Connection" });
  await dialog.getByLabel("Project").fill(upstream.projectId);
  await dialog.getByRole("button", { name: "Connect" }).click();
  await page.getByRole("heading", { name: "by-proxy" }).waitFor();
  await page.getByText("Add credits to your Plangrep account").waitFor();
  assert.equal(await page.getByRole("button", { name: "Add credits and resume" }).count(), 0);
  assert.ok(keys.length > 3 && keys.every((key) => key === undefined));
});

test("a job is resumed through the proxy once it has credits, and what the server says against it is shown", async (t) => {
  const { jobId } = await upstream.order("POST", "jobs", { kind: "blocked", ageMs: 600_000, externalId: "no-credit" });
  const page = await openPage(t, `${proxy.url}/#/jobs/${jobId}`);
  const dialog = page.getByRole("dialog", { name: "Connection" });
  await dialog.getByLabel("Project").fill(upstream.projectId);
  await dialog.getByRole("button", { name: "Connect" }).click();
  const resume = page.getByRole("button", { name: "Resume" });
  await resume.click();
  await page.locator("#view").getByText("The server answered 409").waitFor();
  await upstream.order("POST", `jobs/${jobId}/credits`);
  await resume.click();
  // Seen by the next poll at the latest, which through a proxy is up to 30 s away.
  await page.getByText("There is nothing for you to do.").waitFor({ timeout: 60_000 });
  await page.getByRole("list", { name: "Requests, newest first" }).getByText("Resume Job").first().waitFor();
  await page.getByRole("button", { name: "Cancel job" }).click();
  await page.getByText("Cancelled by request.").waitFor({ timeout: 60_000 });
});
