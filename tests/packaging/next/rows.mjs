// Next.js with both of its bundlers: a client component in Chromium, a server component, and route handlers.

import { run } from "../lib/process.mjs";
import { checkSite, client, handler, server } from "../lib/sites.mjs";
import { version } from "../lib/tools.mjs";

const next = (app) => `${app}/node_modules/next/dist/bin/next`;
const places = [client, server, handler("route"), handler("api/edge")];

const row = (bundler, kind, args) => ({
  environment: `Next.js, ${bundler}, ${kind}`,
  version: version("next", "next"),
  how: "client component in Chromium, server component, route handlers (Node.js, edge)",
  async run(tools) {
    const app = await tools.workspace.app("next/site", { copyTools: true });
    if (kind === "build") await run(process.execPath, [next(app), "build", ...args], { cwd: app });
    const start = kind === "build" ? ["start"] : ["dev", ...args];
    const listen = (port) => ["--hostname=127.0.0.1", `--port=${port}`];
    await checkSite(
      tools,
      (port) => [process.execPath, next(app), ...start, ...listen(port)],
      places,
      () => ({ cwd: app }),
    );
  },
});

export const installs = ["next", "browsers"];
export const rows = [
  row("Turbopack", "build", ["--turbopack"]),
  row("webpack", "build", ["--webpack"]),
  row("Turbopack", "dev server", ["--turbopack"]),
  row("webpack", "dev server", ["--webpack"]),
];
