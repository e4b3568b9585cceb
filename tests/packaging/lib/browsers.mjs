// The browsers of this machine, each started once and given one page after the other.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { CHROMIUM_FLAGS } from "../../support/chromium.js";
import { freePort, Outcomes } from "./pages.mjs";
import { serve, within } from "./process.mjs";
import { tool } from "./tools.mjs";

const require = createRequire(tool("browsers", "sirv/package.json"));

const open = {
  chromium: () => openPuppeteer({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: CHROMIUM_FLAGS }),
  firefox: () => openPuppeteer({ browser: "firefox", executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr" }),
  webkit: openWebKit,
};

/** Opens the page with a task for it and gives what it reports. */
export async function visit({ emulator, shared }, name, url, extra = {}) {
  const outcomes = await shared("outcomes", () => Outcomes.open());
  const browser = await shared(name, open[name]);
  const { reportTo, arrived } = outcomes.expect();
  const address = new URL(url);
  address.searchParams.set("task", JSON.stringify({ ...(await emulator.task()), ...extra, reportTo }));
  const page = await browser.open(address.href);
  try {
    return await within(60_000, arrived);
  } catch (error) {
    throw new Error(`${name} reported nothing from ${url}\n${page.log()}`, { cause: error });
  } finally {
    await page.close();
  }
}

/** The version that the browser says it has. */
export async function browserVersion({ shared }, name) {
  return (await shared(name, open[name])).version;
}

async function openPuppeteer(options) {
  const puppeteer = require("puppeteer-core");
  const browser = await puppeteer.launch({ headless: true, ...options });
  return {
    version: (await browser.version()).replace(/^\D*\//, ""),
    close: () => browser.close(),
    async open(url) {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      const lines = [];
      page.on("console", (message) => lines.push(message.text()));
      page.on("pageerror", (error) => lines.push(String(error)));
      await page.goto(url, { waitUntil: "domcontentloaded" });
      return { log: () => lines.join("\n"), close: () => context.close() };
    },
  };
}

/** WebKit's own browser for tests needs a screen, so it gets one that nobody sees. */
async function openWebKit() {
  const screen = spawn("Xvfb", ["-displayfd", "1", "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
  const [display] = await once(createInterface({ input: screen.stdout }), "line");
  const port = await freePort();
  const env = { DISPLAY: `:${display}`, WEBKIT_DISABLE_COMPOSITING_MODE: "1", LIBGL_ALWAYS_SOFTWARE: "1" };
  const driver = await serve("WebKitWebDriver", [`--port=${port}`], `http://127.0.0.1:${port}/status`, { env });
  const { Builder, Capabilities } = require("selenium-webdriver");
  const session = await new Builder()
    .usingServer(`http://127.0.0.1:${port}`)
    .withCapabilities(new Capabilities({ browserName: "MiniBrowser" }))
    .build();
  // The driver has one window, so one page after the other.
  let free = Promise.resolve();
  return {
    version: (await session.getCapabilities()).get("browserVersion"),
    async close() {
      await session.quit();
      await driver.stop();
      screen.kill();
    },
    async open(url) {
      const before = free;
      let done;
      free = new Promise((resolve) => {
        done = resolve;
      });
      await before;
      await session.get(url);
      return { log: () => "", close: () => session.get("about:blank").finally(done) };
    },
  };
}
