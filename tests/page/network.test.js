import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, strip, stripSays } from "./support/browser.js";
import { startEmulator } from "./support/emulator.js";

let emulator;
before(async () => {
  emulator = await startEmulator(["--speed", "60", "--jobs", "5"]);
});
after(() => emulator.close());

const TROUBLE = {
  Lost: "The server cannot be reached",
  "Errors (503)": "The server has a problem (503)",
  "Rate limit (429)": "Too many requests",
  Nonsense: "The answer is not one of Plangrep's",
};

const choose = (page, network) => page.getByRole("radio", { name: network, exact: true }).check();

for (const [network, words] of Object.entries(TROUBLE)) {
  test(`the network is made “${network}”: the page says “${words}”, keeps the list, and is live again by itself`, async (t) => {
    const page = await openPage(t, emulator.url);
    t.after(() => emulator.order("DELETE", "faults"));
    await stripSays(page, "Live: 5 jobs");
    await choose(page, network);
    await stripSays(page, words);
    await strip(page).getByText("You broke the network").waitFor();
    assert.equal(await page.locator(".jobs tbody tr").count(), 5);
    await page.waitForFunction((text) => document.querySelector("#polite").innerText.includes(text), "goes on trying");
    await choose(page, "Works");
    await stripSays(page, "Live: 5 jobs");
  });
}

test("what is chosen faster than the emulator takes it arrives in its order", async (t) => {
  const page = await openPage(t, emulator.url);
  t.after(() => emulator.order("DELETE", "faults"));
  await stripSays(page, "Live");
  // The first choice is on its way for as long as it takes to make the others.
  let chosen;
  const allChosen = new Promise((resolve) => {
    chosen = resolve;
  });
  let orders = 0;
  await page.route("**/_emulator/faults", async (route) => {
    orders += 1;
    if (orders === 1) await allChosen;
    await route.continue();
  });
  await choose(page, "Slow");
  await choose(page, "Nonsense");
  await choose(page, "Lost");
  chosen();
  await stripSays(page, "The server cannot be reached");
  assert.equal(orders, 3);
  const { rules } = await emulator.order("GET", "faults");
  assert.deepEqual(
    rules.map(({ rule }) => rule.send.then),
    ["reset"],
  );
});

test("the log shows attempts, what became of them, and how long the client waits", async (t) => {
  const page = await openPage(t, emulator.url);
  t.after(() => emulator.order("DELETE", "faults"));
  await stripSays(page, "Live");
  await choose(page, "Errors (503)");
  const log = page.getByRole("list", { name: "Requests, newest first" });
  await log
    .getByText(/answered 503: again in/)
    .first()
    .waitFor();
  await log.getByText("attempt 3").first().waitFor();
  await log.getByText("503", { exact: false }).first().waitFor();
  assert.ok(Number(await page.locator(".counts dd").nth(2).innerText()) >= 2);
});

test("a key revoked while the page is live ends the watch with what to do; trying again mends it", async (t) => {
  const page = await openPage(t, emulator.url);
  t.after(() => emulator.order("PUT", "keys", { keys: [emulator.apiKey] }));
  await stripSays(page, "Live");
  await emulator.order("PUT", "keys", { keys: ["pgk_live_other"] });
  await stripSays(page, "The API key was not accepted");
  assert.equal(await page.locator(".jobs tbody tr").count(), 5);
  await emulator.order("PUT", "keys", { keys: [emulator.apiKey] });
  await strip(page).getByRole("button", { name: "Try again" }).click();
  await stripSays(page, "Live: 5 jobs");
});

test("a page opened on a broken network knows that it is broken, and is live once it is mended", async (t) => {
  t.after(() => emulator.order("DELETE", "faults"));
  await emulator.order("POST", "faults", { name: "page", send: { then: "reset" } });
  const page = await openPage(t, emulator.url);
  await stripSays(page, "The server cannot be reached");
  assert.ok(await page.getByRole("radio", { name: "Lost" }).isChecked());
  await choose(page, "Works");
  await stripSays(page, "Live: 5 jobs");
});

test("offline, the page says so, and is live again at once when it is back", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  await page.context().setOffline(true);
  await stripSays(page, "You are offline");
  await page.context().setOffline(false);
  await stripSays(page, "Live: 5 jobs");
});
