// Next.js with both of its bundlers: a client component in Chromium, a server component, and route handlers.

import assert from "node:assert/strict";
import { run } from "../lib/process.mjs";
import { checkSite, client, handler, server } from "../lib/sites.mjs";
import { version } from "../lib/tools.mjs";
import { overlapping } from "../lib/visitors.mjs";

const next = (app) => `${app}/node_modules/next/dist/bin/next`;
const visitors = ({ emulator }, url) => overlapping(`${url}/api/visits`, emulator);

const places = [client, server, handler("route"), handler("api/edge")];

/** A page that waits for a job while it is rendered. */
const followed = (path) => async (_, url) => {
  const html = await (await fetch(`${url}/${path}`)).text();
  assert.match(html, /JOB:job_\w+.*ENDED:completed/s);
};

const how = "client component in Chromium, server component, route handlers (Node.js, edge), a page that awaits a job";
const howVisited = `${how}, several visitors at once of an edge function`;

/** Once is enough: it is the same function in all of them. */
const isVisited = (bundler, kind) => bundler === "Turbopack" && kind === "build";

const row = (bundler, kind, folder = "site") => ({
  environment: folder === "site" ? `Next.js, ${bundler}, ${kind}` : `Next.js, ${bundler}, ${kind}, cacheComponents`,
  version: version("next", "next"),
  how: folder !== "site" ? "a page that awaits a job in a Suspense" : isVisited(bundler, kind) ? howVisited : how,
  async run(tools) {
    const app = await tools.workspace.app(`next/${folder}`, { copyTools: true });
    const options = { cwd: app, env: { TASK: JSON.stringify(await tools.emulator.task()) } };
    const flag = `--${bundler.toLowerCase()}`;
    if (kind === "build") await run(process.execPath, [next(app), "build", flag], options);
    const start = kind === "build" ? ["start"] : ["dev", flag];
    const program = (port) => [process.execPath, next(app), ...start, "--hostname=127.0.0.1", `--port=${port}`];
    const all = [...places, ...(isVisited(bundler, kind) ? [visitors] : []), followed("static")];
    if (folder === "site") await checkSite(tools, program, all, () => options);
    else await checkSite(tools, program, [followed("")], () => options, "");
  },
});

export const installs = ["next", "browsers"];
export const rows = [
  row("Turbopack", "build"),
  row("webpack", "build"),
  row("Turbopack", "dev server"),
  row("webpack", "dev server"),
  row("Turbopack", "build", "cached"),
];
