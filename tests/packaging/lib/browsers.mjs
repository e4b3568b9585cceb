// The browsers of this machine, each started once and given one page after the other.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { access, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { createBrotliDecompress } from "node:zlib";
import { CHROMIUM_FLAGS } from "../../support/chromium.js";
import { freePort, Outcomes } from "./pages.mjs";
import { serve, within } from "./process.mjs";
import { tool } from "./tools.mjs";

const require = createRequire(tool("browsers", "sirv/package.json"));

const chromium = { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: CHROMIUM_FLAGS };

const open = {
  chromium: () => openPuppeteer(chromium),
  firefox: () =>
    openPuppeteer({
      browser: "firefox",
      executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
      // Puppeteer has it take itself for online always.
      extraPrefsFirefox: { "network.manage-offline-status": true },
    }),
  webkit: openWebKit,
  "chromium-109": () => openOldChromium("chromium-109"),
  "chromium-115": () => openOldChromium("chromium-115"),
};

/** Opens the page with a task for it and gives what it reports; `opened` gets the page before it was loaded. */
export const visit = async (tools, name, url, extra, opened) =>
  await visitIn(tools, name, await tools.shared(name, open[name]), url, extra, opened);

/** The same in a Chromium of its own, with an extension that lies in a folder. */
export async function visitWithExtension(tools, folder, url) {
  const browser = await openPuppeteer({ ...chromium, enableExtensions: [folder], pipe: true }, (browser) =>
    browser.defaultBrowserContext(),
  );
  try {
    return await visitIn(tools, "chromium", browser, url);
  } finally {
    await browser.close();
  }
}

async function visitIn({ emulator, shared }, name, browser, url, extra = {}, opened = () => {}) {
  const outcomes = await shared("outcomes", () => Outcomes.open());
  const { reportTo, arrived } = outcomes.expect();
  const address = new URL(url);
  address.searchParams.set("task", JSON.stringify({ ...(await emulator.task()), ...extra, reportTo }));
  const page = await browser.open(address.href, opened);
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

/** `contextIn` gives the context of a page. */
async function openPuppeteer(options, contextIn = (browser) => browser.createBrowserContext()) {
  const puppeteer = require("puppeteer-core");
  const browser = await puppeteer.launch({ headless: true, ...options });
  return {
    version: (await browser.version()).replace(/^\D*\//, ""),
    close: () => browser.close(),
    async open(url, opened) {
      const context = await contextIn(browser);
      // Firefox, which two rows drive at once, may lose a page while it makes it.
      const page = await context.newPage().catch(() => context.newPage());
      opened({ freeze: (ms) => freeze(page, ms) });
      const lines = [];
      page.on("console", (message) => lines.push(message.text()));
      page.on("pageerror", (error) => lines.push(String(error)));
      await page.goto(url, { waitUntil: "domcontentloaded" });
      return {
        log: () => lines.join("\n"),
        close: () => (context === browser.defaultBrowserContext() ? page : context).close(),
      };
    },
  };
}

/** Has nothing run in the page for so many ms, as Chromium does with a tab that nobody looks at. */
async function freeze(page, ms) {
  const session = await page.createCDPSession();
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  await sleep(ms);
  await session.send("Page.setWebLifecycleState", { state: "active" });
}

/** A Chromium of years ago, which a package of npm holds; it lies packed there, and unpacked beside that. */
async function openOldChromium(group) {
  const program = tool(group, ".chromium");
  const isThere = await access(program).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    const packed = createReadStream(tool(group, "@sparticuz/chromium/bin/chromium.br"));
    await pipeline(packed, createBrotliDecompress(), createWriteStream(program, { mode: 0o755 }));
  }
  // Puppeteer asks for what such a one does not have yet, so it is told by its own few addresses.
  const profile = await mkdtemp(join(tmpdir(), "plangrep-chromium-"));
  const flags = ["--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "--enable-logging=stderr"];
  const child = spawn(program, [...CHROMIUM_FLAGS, ...flags], { stdio: ["ignore", "ignore", "pipe"] });
  process.once("exit", () => child.kill("SIGKILL"));
  const lines = [];
  const control = await within(
    30_000,
    new Promise((resolve, reject) => {
      child.once("error", reject).once("exit", () => reject(new Error(lines.join("\n"))));
      createInterface({ input: child.stderr }).on("line", (line) => {
        lines.push(line);
        const [, address] = line.match(/^DevTools listening on ws:\/\/([^/]+)/) ?? [];
        if (address) resolve(`http://${address}/json`);
      });
    }),
  );
  const ask = async (path, method = "GET") => await (await fetch(control + path, { method })).text();
  return {
    version: JSON.parse(await ask("/version")).Browser.replace(/^\D*\//, ""),
    async close() {
      child.kill();
      await once(child, "exit");
      await rm(profile, { recursive: true, force: true });
    },
    async open(url) {
      const { id } = JSON.parse(await ask(`/new?${encodeURIComponent(url)}`, "PUT"));
      return { log: () => lines.slice(-50).join("\n"), close: () => ask(`/close/${id}`) };
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
