// One Chromium for a file of tests, and pages in it that write down what must not happen.

import { existsSync } from "node:fs";
import { after } from "node:test";
import { chromium } from "playwright-core";
import { CHROMIUM_FLAGS } from "../../support/chromium.js";

const PROGRAM = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

let launching;

async function launched() {
  if (PROGRAM === undefined) throw new Error("Chromium is missing: install it, or set CHROMIUM to its path");
  // The promise is kept: pages may be opened side by side.
  launching ??= chromium.launch({ executablePath: PROGRAM, args: CHROMIUM_FLAGS });
  return await launching;
}

after(async () => (await launching)?.close());

// Runs in the page before anything else.
function watchOver() {
  const noted = { violations: [], shifts: [], longTasks: [] };
  globalThis.noted = noted;
  addEventListener("securitypolicyviolation", (event) => {
    noted.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
  const observe = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  observe("layout-shift", (entry) => {
    if (entry.hadRecentInput) return;
    const names = entry.sources.map(({ node }) => node?.className || node?.parentElement?.className || node?.nodeName);
    noted.shifts.push({ value: entry.value, names });
  });
  observe("longtask", ({ startTime, duration }) => noted.longTasks.push({ startTime, duration }));
}

/**
 * Opens the page at `url` in a context of its own; `options` are Playwright's for a context. The page has `problems`:
 * what it wrote to the console as an error and what it threw. It is closed with the test.
 */
export async function openPage(t, url, options = {}) {
  const context = await (await launched()).newContext({ viewport: DESKTOP, ...options });
  t.after(() => context.close());
  await context.addInitScript(watchOver);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems = [];
  page.on("console", (message) => {
    // A request that fails is told by the browser itself, whoever handles it.
    const isNetwork = message.text().startsWith("Failed to load resource");
    if (["error", "warning"].includes(message.type()) && !isNetwork) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(url);
  return Object.assign(page, { problems });
}

/** What `watchOver` has noted in the page so far. */
export const noted = (page) => page.evaluate(() => globalThis.noted);

/** The strip that says how the connection stands. */
export const strip = (page) => page.getByRole("region", { name: "Connection" });

/** Waits until the strip says this. */
export async function stripSays(page, text) {
  await strip(page).getByText(text).first().waitFor();
}

/** Keeps what a screen reader is told from now on, in its order, in `announced` of the page. */
export async function recordAnnouncements(page) {
  await page.evaluate(() => {
    globalThis.announced = [];
    const note = ([{ target }]) => {
      const text = (target.nodeType === 1 ? target : target.parentElement).innerText;
      if (text !== "") globalThis.announced.push(text);
    };
    const all = { childList: true, characterData: true, subtree: true };
    new MutationObserver(note).observe(document.querySelector("#polite"), all);
  });
}
