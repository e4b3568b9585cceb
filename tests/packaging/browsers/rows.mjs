// Browsers with native modules: no bundler, an import map, in every place that runs scripts.

import assert from "node:assert/strict";
import { browserVersion, visit } from "../lib/browsers.mjs";
import { serveFolder } from "../lib/pages.mjs";

const browsers = {
  chromium: "Chromium",
  firefox: "Firefox",
  webkit: "WebKit (WebKitGTK)",
  "chromium-109": "Chromium",
  "chromium-115": "Chromium",
};
const policy = (script) => ({
  "content-security-policy": `default-src 'none'; script-src 'self' ${script} 'nonce-the-map'; connect-src *`,
});

/** The page runs the part that the task names; `verify` gets what that reports. */
const row = (browser, name, how, extra, verify, headers) => ({
  environment: `${browsers[browser]}, ${name}`,
  how,
  async run(tools) {
    const server = await serveFolder(await tools.workspace.app("browsers/native"), headers);
    try {
      await verify(await visit(tools, browser, `${server.url}/`, extra), tools.emulator);
    } finally {
      await server.stop();
    }
    return await browserVersion(tools, browser);
  },
});

const works = (outcome, emulator) => emulator.verify(outcome, "refused");

/** Both from a function and from the constructor. */
const unavailable = (reason) => (failures) => {
  for (const [isClass, is, code, message] of failures) {
    assert.deepEqual([isClass, is, code], [true, true, "wasm_unavailable"]);
    assert.match(message, reason);
  }
  assert.equal(failures.length, 2);
};

async function twoCopies({ outcome, across, failed }, emulator) {
  assert.deepEqual(across, [true, false, true], failed);
  await works(outcome, emulator);
}

async function external({ before, outcome, failed }, emulator) {
  assert.equal(before, "wasm_unavailable", failed);
  await works(outcome, emulator);
}

const sources = { url: "a URL", response: "a Response", bytes: "bytes", module: "a Module" };

const rowsOf = (browser) => [
  row(browser, "window", "an import map", { part: "window" }, works),
  row(browser, "module worker", "imported by address", { part: "worker" }, works),
  row(browser, "service worker", "a module, imported by address", { part: "service-worker" }, works),
  row(
    browser,
    "strict CSP",
    "script-src 'self' 'wasm-unsafe-eval'",
    { part: "window" },
    works,
    policy("'wasm-unsafe-eval'"),
  ),
  row(
    browser,
    "CSP without wasm-unsafe-eval",
    "fails with wasm_unavailable, naming the directive",
    { part: "unavailable" },
    unavailable(/'wasm-unsafe-eval' to its script-src/),
    policy(""),
  ),
  row(
    browser,
    "no WebAssembly",
    "fails with wasm_unavailable, naming the runtime",
    { part: "unavailable", withoutWebAssembly: true },
    unavailable(/no WebAssembly/),
  ),
  row(browser, "two copies on a page", "PlangrepError.is across them", { part: "two-copies" }, twoCopies),
  ...Object.entries(sources).map(([source, what]) =>
    row(
      browser,
      `external from ${what}`,
      "init() of plangrep-client/external first",
      { part: "external", source },
      external,
    ),
  ),
];

const old = (browser, ...rest) => ({ ...row(browser, ...rest), installs: ["browsers", browser] });

/** The last for Windows 7 and 8, and the first that starts any module synchronously on a page's main thread. */
const oldRows = [
  old(
    "chromium-109",
    "109, external from a URL",
    "init() of plangrep-client/external first",
    { part: "external", source: "url" },
    external,
  ),
  old(
    "chromium-109",
    "109, window",
    "fails with wasm_unavailable, naming plangrep-client/external",
    { part: "unavailable" },
    unavailable(/plangrep-client\/external.*Chromium 115 is the first/),
  ),
  old("chromium-109", "109, module worker", "imported by address", { part: "worker" }, works),
  { ...old("chromium-115", "115, window", "an import map", { part: "window" }, works), rare: true },
];

export const rows = [...["chromium", "firefox", "webkit"].flatMap(rowsOf), ...oldRows];
