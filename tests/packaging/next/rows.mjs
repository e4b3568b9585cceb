// Next.js with both of its bundlers: a client component in Chromium, a server component, and route handlers.

import { visit } from "../lib/browsers.mjs";
import { freePort } from "../lib/pages.mjs";
import { run, serve } from "../lib/process.mjs";
import { outcomeIn, version } from "../lib/tools.mjs";

const next = (app) => `${app}/node_modules/next/dist/bin/next`;

async function client(tools, url) {
  await tools.emulator.verify(await visit(tools, "chromium", `${url}/client`), "refused");
}

async function server({ emulator }, url) {
  const task = encodeURIComponent(JSON.stringify(await emulator.task()));
  const html = await (await fetch(`${url}/server?task=${task}`)).text();
  const [, outcome] = html.match(/OUTCOME:(?:<!-- -->)?([^<]+)/) ?? [];
  if (!outcome) throw new Error(`the server component gave no outcome:\n${html}`);
  await emulator.verify(JSON.parse(decodeURIComponent(outcome)), "accepted");
}

const handler =
  (path) =>
  async ({ emulator }, url) => {
    const body = JSON.stringify(await emulator.task());
    const response = await fetch(`${url}/${path}`, { method: "POST", body });
    await emulator.verify(outcomeIn(await response.text()), "accepted");
  };

const places = [client, server, handler("route"), handler("api/edge")];

const row = (bundler, kind, args) => ({
  environment: `Next.js, ${bundler}, ${kind}`,
  version: version("next", "next"),
  how: "client component in Chromium, server component, route handlers (Node.js, edge)",
  async run(tools) {
    const app = await tools.workspace.app("next/site", { copyTools: true });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    if (kind === "build") await run(process.execPath, [next(app), "build", ...args], { cwd: app });
    const start = kind === "build" ? ["start"] : ["dev", ...args];
    const listen = ["--hostname=127.0.0.1", `--port=${port}`];
    const served = await serve(process.execPath, [next(app), ...start, ...listen], `${url}/client`, { cwd: app });
    try {
      for (const check of places) await check(tools, url);
    } catch (error) {
      error.message += `\n${served.output.text}`;
      throw error;
    } finally {
      await served.stop();
    }
  },
});

export const installs = ["next", "browsers"];
export const rows = [
  row("Turbopack", "build", ["--turbopack"]),
  row("webpack", "build", ["--webpack"]),
  row("Turbopack", "dev server", ["--turbopack"]),
  row("webpack", "dev server", ["--webpack"]),
];
