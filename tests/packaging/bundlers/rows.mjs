// Bundlers for pages: what they build, and their development servers, in Chromium. All get the same application.

import assert from "node:assert/strict";
import { cp, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startApi } from "../browsers/api.mjs";
import { visit } from "../lib/browsers.mjs";
import { freePort, serveFolder } from "../lib/pages.mjs";
import { run, serve } from "../lib/process.mjs";
import { tool, version } from "../lib/tools.mjs";

const bundlers = [
  {
    name: "Vite",
    package: "vite",
    program: "vite/bin/vite.js",
    build: ["build"],
    dev: (port) => ["--host=127.0.0.1", `--port=${port}`],
  },
  {
    name: "Vite",
    package: "vite7",
    program: "vite7/bin/vite.js",
    build: ["build"],
    dev: (port) => ["--host=127.0.0.1", `--port=${port}`],
  },
  {
    name: "webpack",
    package: "webpack",
    program: "webpack-cli/bin/cli.js",
    build: ["build", "--entry=./app.mjs", "--mode=production"],
    dev: (port) => ["serve", "--entry=./app.mjs", "--mode=development", "--host=127.0.0.1", `--port=${port}`],
  },
  {
    name: "Rspack",
    package: "@rspack/core",
    program: "@rspack/cli/bin/rspack.js",
    build: ["build", "--entry=./app.mjs", "--mode=production"],
    dev: (port) => ["serve", "--entry=./app.mjs", "--mode=development", "--host=127.0.0.1", `--port=${port}`],
  },
  {
    name: "Parcel",
    package: "parcel",
    program: "parcel/lib/bin.js",
    build: ["build", "index.html", "--no-autoinstall"],
    dev: (port) => ["serve", "index.html", "--no-autoinstall", "--host=127.0.0.1", `--port=${port}`],
  },
  {
    name: "Rollup",
    package: "rollup",
    program: "rollup/dist/bin/rollup",
    build: ["app.mjs", "-p", "node-resolve", "--format=es", "--file=dist/main.js"],
  },
  {
    name: "esbuild",
    package: "esbuild",
    program: "esbuild/bin/esbuild",
    build: ["app.mjs", "--bundle", "--minify", "--outfile=dist/main.js"],
    dev: (port) => [
      "app.mjs",
      "--bundle",
      "--outfile=public/main.js",
      "--servedir=public",
      `--serve=127.0.0.1:${port}`,
    ],
  },
];

async function application({ workspace }) {
  const app = await workspace.app("bundlers/app");
  // For the bundlers that write only the script.
  await cp(join(app, "public"), join(app, "dist"), { recursive: true });
  return app;
}

/** A literal key is refused: this is a page. */
const check = async (tools, url) => tools.emulator.verify(await visit(tools, "chromium", url), "refused");

const built =
  ({ program, build }) =>
  async (tools) => {
    const app = await application(tools);
    await run(process.execPath, [tool("bundlers", program), ...build], { cwd: app });
    const server = await serveFolder(join(app, "dist"));
    await check(tools, `${server.url}/`).finally(server.stop);
  };

const served =
  ({ program, dev }) =>
  async (tools) => {
    const app = await application(tools);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const server = await serve(process.execPath, [tool("bundlers", program), ...dev(port)], url, { cwd: app });
    await check(tools, url).finally(server.stop);
  };

/** A module that waits is edited: its wait ends, as the manual has it end, and that of the new one is alone. */
async function hot(tools) {
  const app = await tools.workspace.app("bundlers/hot");
  const feed = join(app, "feed.mjs");
  const edit = async () => writeFile(feed, (await readFile(feed, "utf8")).replace("net_before", "net_after"));
  const api = await startApi((_, response) => response.writeHead(404).end(), { orders: { edit } });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const [{ program, dev }] = bundlers;
  const server = await serve(process.execPath, [tool("bundlers", program), ...dev(port)], url, { cwd: app });
  try {
    const ended = ["client_closed", null];
    assert.deepEqual(await visit(tools, "chromium", url, { api: api.url }), {
      ended,
      more: 0,
      single: true,
    });
  } finally {
    await server.stop();
    await api.stop();
  }
}

/** Where a dependency requires what the application imports, there is one copy of it, with the same classes. */
const both =
  ({ program }, build) =>
  async ({ workspace }) => {
    const app = await workspace.app("bundlers/both");
    const legacy = join(app, "node_modules/legacy");
    await mkdir(legacy);
    await writeFile(join(legacy, "package.json"), `{"name":"legacy"}`);
    await writeFile(join(legacy, "index.js"), `module.exports = { ...require("plangrep-client") };`);
    await run(process.execPath, [tool("bundlers", program), ...build], { cwd: app });
    const main = join(app, "dist/main.mjs");
    assert.deepEqual(JSON.parse(await run(process.execPath, [main])), { same: true, known: true });
    const once = (await stat(join(workspace.package, "index.mjs"))).size;
    assert.ok((await stat(main)).size < once * 1.2);
  };

/** A development server that runs the package through its own transformations. */
async function inlined({ workspace }) {
  const app = await workspace.app("bundlers/server");
  assert.deepEqual(JSON.parse(await run(process.execPath, ["start.mjs"], { cwd: app })), [true, true]);
}

export const installs = ["bundlers", "browsers"];
const hotRow = {
  environment: "Vite, hot reloading",
  version: version("bundlers", "vite"),
  how: "client.close() in import.meta.hot.dispose ends the waits of the module that was",
  run: hot,
};
const rowsOf = (bundler) => {
  const row = (kind, how, run) => ({
    environment: `${bundler.name}, ${kind}`,
    version: version("bundlers", bundler.package),
    how,
    run,
  });
  const build = row("build", "its output in Chromium", built(bundler));
  return bundler.dev ? [build, row("dev server", "its pages in Chromium", served(bundler))] : [build];
};

const [vite, , webpack, , , , esbuild] = bundlers;
const builds = [
  [webpack, ["build", "--entry=./app.mjs", "--mode=production", "--output-filename=main.mjs"]],
  [esbuild, ["app.mjs", "--bundle", "--minify", "--format=esm", "--outfile=dist/main.mjs"]],
];
const bothRows = builds.map(([bundler, build]) => ({
  environment: `${bundler.name}, with a CommonJS dependency`,
  version: version("bundlers", bundler.package),
  how: "one copy for the application and for a dependency that requires the package",
  run: both(bundler, build),
}));
const inlinedRow = {
  environment: "Vite, SSR, noExternal",
  version: version("bundlers", vite.package),
  how: "a development server that transforms the package too, as it does one that is linked",
  run: inlined,
};

export const rows = [...bundlers.flatMap(rowsOf), hotRow, ...bothRows, inlinedRow];
