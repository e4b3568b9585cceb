// What waits leave behind in a page: timers, listeners and requests, counted in Chromium.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { openPage } from "../page/support/browser.js";
import { location } from "../support/package.js";
import { job } from "../support/samples.js";
import { sendJson, serve } from "../support/server.js";

const files = {
  "/": [new URL("support/counted.html", import.meta.url), "text/html"],
  "/index.mjs": [new URL("index.mjs", location), "text/javascript"],
};

/** A page that counts, on a server with a job that ends, one that does not and one that is never answered. */
async function countingPage(t) {
  let polls = 0;
  const { url } = await serve(t, async (request, response) => {
    const [file, type] = files[request.url] ?? [];
    if (file) {
      response.writeHead(200, { "content-type": type });
      response.end(await readFile(file));
    } else if (request.url.endsWith("favicon.ico")) {
      response.writeHead(204).end();
    } else if (!request.url.includes("silent")) {
      const id = request.url.split("/").at(-1);
      sendJson(response, 200, {
        job: job({ id, status: id === "short" && ++polls === 3 ? "completed" : "processing" }),
      });
    }
  });
  const page = await openPage(t, url);
  await page.waitForFunction(() => typeof globalThis.runScenario === "function");
  return page;
}

const scenarios = {
  settled: "completed",
  aborted: "AbortError",
  "aborted in flight": "AbortError",
  "timed out": "wait_timeout",
  "broken out of": 3,
  "returned in flight": true,
};

test("a wait or watch that ended leaves no timer, listener or request in a page", async (t) => {
  const page = await countingPage(t);
  for (const [scenario, expected] of Object.entries(scenarios)) {
    const { gave, during, left, later } = await page.evaluate((name) => globalThis.runScenario(name), scenario);
    assert.equal(gave, expected, scenario);
    assert.ok(
      during.some(([, count]) => count > 0),
      `${scenario}: nothing was counted while it ran`,
    );
    assert.deepEqual([left, later], [{ timers: 0, listeners: 0, inFlight: 0 }, 0], scenario);
  }
  assert.deepEqual(page.problems, []);
});
