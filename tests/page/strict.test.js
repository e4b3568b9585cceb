import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { noted, openPage, PHONE, stripSays } from "./support/browser.js";
import { startEmulator } from "./support/emulator.js";

let emulator;
before(async () => {
  emulator = await startEmulator(["--speed", "30", "--jobs", "14"]);
});
after(() => emulator.close());

/** Uses everything that there is to use. */
async function tour(page) {
  await stripSays(page, "Live");
  await page.getByLabel("Start a job that").selectOption("quick");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.waitForTimeout(3_000);
  await page.getByRole("radio", { name: "Slow" }).check();
  await page.waitForTimeout(3_000);
  await page.getByRole("radio", { name: "Works" }).check();
  await page.locator(".jobs tbody a").first().click();
  await page.waitForTimeout(4_000);
  await page.getByRole("link", { name: "Billing" }).click();
  await page.getByText("The same as a table").click();
  await page.getByRole("link", { name: "Code" }).click();
  await page.getByText("client.observeProject").waitFor();
  await page.getByRole("link", { name: "Jobs", exact: true }).click();
  await page.waitForTimeout(3_000);
}

for (const [name, options] of Object.entries({ desktop: {}, phone: { viewport: PHONE } })) {
  test(`on a ${name} the policy reports nothing, the console is silent, and nothing moves by itself`, async (t) => {
    const page = await openPage(t, emulator.url, options);
    await tour(page);
    const { violations, shifts } = await noted(page);
    assert.deepEqual(violations, []);
    assert.deepEqual(page.problems, []);
    const sum = shifts.reduce((all, { value }) => all + value, 0);
    t.diagnostic(`layout shifts: ${sum.toFixed(5)} in all, of ${shifts.length}`);
    // A tenth of what counts as good.
    assert.ok(sum < 0.01, JSON.stringify(shifts));
  });
}

test("the policy allows WebAssembly and nothing else beyond the server's own files", async () => {
  const policy = (await fetch(emulator.url)).headers.get("content-security-policy");
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
  assert.match(policy, /style-src 'self';/);
  assert.ok(!/unsafe-inline|'unsafe-eval'|https?:|\*/.test(policy), policy);
});

test("the page sends requests to nobody but its own server, and puts the key in no address and in no storage", async (t) => {
  const page = await openPage(t, "about:blank");
  const urls = [];
  page.on("request", (request) => urls.push(request.url()));
  await page.goto(emulator.url);
  await stripSays(page, "Live");
  await page.waitForTimeout(2_000);
  assert.deepEqual(
    urls.filter((url) => !url.startsWith(`${emulator.url}/`)),
    [],
  );
  assert.deepEqual(
    urls.filter((url) => url.includes(emulator.apiKey)),
    [],
  );
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]),
  );
  assert.ok(!kept.includes(emulator.apiKey));
});

test("without 'wasm-unsafe-eval' the page says what is missing", async (t) => {
  const page = await openPage(t, "about:blank");
  await page.route(emulator.url, async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    headers["content-security-policy"] = headers["content-security-policy"].replace(" 'wasm-unsafe-eval'", "");
    await route.fulfill({ response, headers });
  });
  await page.goto(emulator.url);
  await page.getByRole("heading", { name: "WebAssembly is not available here" }).waitFor();
  await page.locator("#view").getByText("'wasm-unsafe-eval'").waitFor();
});

test("without the package the page says how to build it", async (t) => {
  const page = await openPage(t, "about:blank");
  await page.route("**/pkg/**", (route) => route.fulfill({ status: 404 }));
  await page.goto(emulator.url);
  await page.getByRole("heading", { name: "The package is not there" }).waitFor();
});
