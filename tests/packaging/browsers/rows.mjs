// Browsers with native modules: no bundler, an import map, in every place that runs scripts.

import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { browserVersion, visit, visitWithExtension } from "../lib/browsers.mjs";
import { filesIn, serveFolder } from "../lib/pages.mjs";
import { run } from "../lib/process.mjs";
import { tool } from "../lib/tools.mjs";
import { here } from "../lib/workspace.mjs";
import { alterations } from "./altered/alterations.mjs";
import { startApi } from "./api.mjs";

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

const anyOrigin = { "access-control-allow-origin": "*" };

/** Isolated, under Trusted Types; whoever has no origin may read it. */
const guarded = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "cross-origin",
  "content-security-policy": "require-trusted-types-for 'script'",
  ...anyOrigin,
};

/** An end and the attempts until then; for errors, their class. */
const lived = {
  base: ["ok_base", 1, "/other/plangrep/api/open/v1/jobs/ok_base"],
  srcdoc: ["completed", 1],
  blank: ["completed", 1],
  sandbox: ["completed", 1],
  credentialless: ["completed", 1],
  rewritten: ["completed", 1],
  stopped: ["completed", 2],
  stays: "completed",
  leader: [2],
  realms: ["theirs", "completed,completed"],
  ports: ["completed", "completed", 2],
  policy: ["connection_failed", 1],
  busy: ["completed", 1],
  polls: 4,
  long: [
    [3000, 3000, true],
    [3000, 1, true],
    [3000, 1, true],
  ],
  cors: "ConnectionError",
  preflight: ["ConnectionError", 0],
  host: "ConnectionError",
  login: ["http_error", true],
  offline: ["completed", true],
  shared: ["completed", true],
  many: 3000,
};

/**
 * A page beside an API that it puts to the test. `verify` gets what opens a page (the API's own, unless it is told another
 * address) with a task and gives what that reports, the API, and the page's folder.
 */
const apiRow = (browser, name, how, folder, verify, { headers, options, installs } = {}) => ({
  environment: `${browsers[browser]}, ${name}`,
  how,
  ...(installs && { installs }),
  async run(tools) {
    const app = await tools.workspace.app(`browsers/${folder}`);
    const api = await startApi(filesIn(app, headers), options);
    const open = (task, address = `${api.url}/`, opened) => visit(tools, browser, address, task, opened);
    try {
      await verify(open, api, app);
    } finally {
      await api.stop();
    }
    return await browserVersion(tools, browser);
  },
});

/** The address that a page is opened at stands before those in it. */
const asUser = (browser) =>
  apiRow(
    browser,
    "opened as user:password@",
    "a relative baseUrl counts from the page, without its user and password",
    "user",
    async (open, { url }) => {
      const address = `${url.replace("//", "//user:password@")}/`;
      assert.deepEqual(await open({}, address), ["completed", "/plangrep/api/open/v1/jobs/ok_user", ""]);
    },
    { options: { user: "user:password" } },
  );

const life = (browser) =>
  apiRow(
    browser,
    "what happens to pages",
    "where they count from, what they are refused, offline, a busy thread, 3 000 requests at once",
    "life",
    async (open, { elsewhere }) => {
      const names = Object.keys(lived);
      const half = names.length / 2;
      const outcomes = {};
      // Two pages: all of it is much for the time that a slow machine has for one.
      for (const some of [names.slice(0, half), names.slice(half)]) {
        Object.assign(outcomes, await open({ elsewhere, names: some }));
      }
      assert.deepEqual(outcomes, lived);
    },
    { headers: guarded },
  );

/** What every page makes of the package, whatever its other scripts have done. */
const used = {
  got: ["completed", 3, "processing", "string"],
  waited: ["completed", 2, 2],
  watched: "processing,completed",
  aborted: "AbortError",
  missing: ["not_found", true, 404],
};

/** What a service worker that has a hand in everything makes of the requests. */
const intercepted = (browser) =>
  apiRow(
    browser,
    "a service worker of the page's own",
    "it passes requests on, fails, answers with a page or from a cache",
    "intercepted",
    async (open, { elsewhere }) =>
      assert.deepEqual(await open({ elsewhere }), {
        passes: "completed",
        refetches: "completed",
        fails: "connection_failed",
        rejects: "connection_failed",
        opaque: "connection_failed",
        shell: "completed",
        login: "http_error",
        // It sees nothing new until the cache does.
        caches: "left",
        polls: [5, 1, 2, 2],
      }),
  );

/** A bundle, since browsers load no modules out of files. */
const file = (browser) =>
  apiRow(
    browser,
    "a page out of a file",
    "as in an application's web view: a bundle, no origin, a server elsewhere",
    "file",
    async (open, { url }, app) => {
      const bundle = ["file.mjs", "--bundle", "--outfile=built.js"];
      await run(process.execPath, [tool("bundlers", "esbuild/bin/esbuild"), ...bundle], { cwd: app });
      const reported = await open({ api: url }, pathToFileURL(join(app, "index.html")).href);
      assert.deepEqual(reported, ["file:", "completed", ["invalid_argument", "baseUrl"]]);
    },
    { installs: ["browsers", "bundlers"] },
  );

const sealed = (browser) =>
  apiRow(
    browser,
    "worker out of a blob in a sandbox",
    "a relative baseUrl is refused by its name, another origin by its address works",
    "sealed",
    async (open) => assert.deepEqual(await open(), [["invalid_argument", "baseUrl"], "completed"]),
    { headers: anyOrigin },
  );

const altered = (browser) =>
  apiRow(
    browser,
    "altered pages",
    "fetch, Promise, prototypes, timers, clocks as other scripts leave them; without what old browsers lack",
    "altered",
    async (open) =>
      assert.deepEqual(await open(), Object.fromEntries(Object.keys(alterations).map((name) => [name, used]))),
    { headers: guarded },
  );

/** The same page may come out of the back/forward cache, which takes none that must not be stored. */
const kept = { "cache-control": "no-cache" };

/** A page that sleeps in some way; `expected` is what it reports, or one of those. */
function asleep(browser, name, how, task, ...expected) {
  let page;
  const opened = (it) => {
    page = it;
  };
  const verify = async (open) => {
    const reported = await open(task, undefined, opened);
    assert.ok(
      expected.some((one) => isDeepStrictEqual(one, reported)),
      JSON.stringify(reported),
    );
  };
  return apiRow(browser, name, how, "asleep", verify, {
    headers: kept,
    options: { freeze: (ms) => page.freeze(ms) },
  });
}

const asleepRows = [
  ...["chromium", "firefox", "webkit"].map((browser) =>
    asleep(
      browser,
      "away and back",
      "in the back/forward cache past a poll and the deadline: one poll first, which finds the end",
      { part: "away" },
      ["completed", 2, "kept"],
    ),
  ),
  ...["chromium", "firefox", "webkit"].map((browser) =>
    asleep(
      browser,
      "away with a request under way",
      "where the page is kept, its wait ends well",
      { part: "underWay" },
      "completed",
      "made anew",
    ),
  ),
  ...["chromium", "firefox", "webkit"].map((browser) =>
    asleep(
      browser,
      "loaded anew",
      "as after it was discarded: the wait goes on from its state in the tab's storage",
      { part: "loadedAnew" },
      ["completed", [2], 2],
    ),
  ),
  asleep(
    "chromium",
    "frozen",
    "past a poll and the deadline: one poll first, which finds the end",
    { part: "frozen" },
    ["completed", 2, "freeze,resume"],
  ),
  asleep(
    "chromium",
    "prerendered",
    "single requests as called, a wait and a watch when it is shown",
    { part: "prerendered", shows: true },
    [true, 0, 0, false, 1, 1],
  ),
];

const namespace = ["--net", "--map-root-user"];
/** Whether this machine lets a program have a network of its own; continuous integration may not. */
const hasNamespaces = () =>
  run("unshare", [...namespace, "ip", "link", "add", "net0", "type", "bridge"]).then(
    () => true,
    () => false,
  );

/** Workers of these kinds follow a job while there is no network. */
const offline = (browser, kinds) => ({
  environment: `${browsers[browser]}, offline: ${kinds.join(", ")} worker`,
  how: "a wait goes on without a network, another begins in it; failures do not count",
  async run(tools) {
    const folder = await tools.workspace.app("browsers/offline");
    const program = [process.execPath, join(here, "browsers/offline.mjs"), folder, browser, kinds.join()];
    const output = (await hasNamespaces())
      ? await run("unshare", [...namespace, ...program])
      : await run(program[0], [...program.slice(1), "pretends"]);
    const { reported } = JSON.parse(output.match(/^\{"reported".*$/m)[0]);
    const ends = kinds.map(() => ["completed", "completed"]);
    assert.deepEqual(reported, [...kinds.map((kind) => [kind, true, false, false]), ...ends]);
    return await browserVersion(tools, browser);
  },
});

const offlineRows = [
  offline("chromium", ["dedicated"]),
  offline("chromium", ["shared"]),
  offline("chromium", ["service"]),
  offline("firefox", ["dedicated"]),
  offline("firefox", ["shared"]),
  offline("firefox", ["service"]),
  offline("webkit", ["dedicated", "shared", "service"]),
];

const extension = {
  environment: "Chromium, extension",
  how: "its background works; its content script, under script-src 'none', is told to ask that",
  async run(tools) {
    const folder = await tools.workspace.app("browsers/extension");
    const server = await serveFolder(folder, { "content-security-policy": "script-src 'none'" });
    try {
      const { here, outcome } = await visitWithExtension(tools, folder, `${server.url}/page.html`);
      assert.equal(here[0], "wasm_unavailable");
      assert.match(here[1], /The page's Content-Security-Policy .* run plangrep-client in the extension's background/);
      assert.deepEqual(outcome, [true, true, "completed", "not_found"]);
    } finally {
      await server.stop();
    }
    return await browserVersion(tools, "chromium");
  },
};

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
    "strict-dynamic CSP with Trusted Types",
    "a nonce alone, and what that script imports",
    { part: "window" },
    works,
    {
      "content-security-policy":
        "default-src 'none'; script-src 'nonce-the-map' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src *; " +
        "require-trusted-types-for 'script'; trusted-types 'none'",
    },
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
  life(browser),
  asUser(browser),
  altered(browser),
  sealed(browser),
  intercepted(browser),
  file(browser),
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
    unavailable(/Before Chromium 115 .*plangrep-client\/external/),
  ),
  old("chromium-109", "109, module worker", "imported by address", { part: "worker" }, works),
  { ...old("chromium-115", "115, window", "an import map", { part: "window" }, works), rare: true },
];

export const rows = [
  ...["chromium", "firefox", "webkit"].flatMap(rowsOf),
  ...asleepRows,
  ...offlineRows,
  extension,
  ...oldRows,
];
