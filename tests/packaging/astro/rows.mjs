// Astro on Node: a page, a page that the server renders, and an endpoint.

import { run } from "../lib/process.mjs";
import { checkSite, client, handler, server } from "../lib/sites.mjs";
import { tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");

export const installs = ["astro", "node", "browsers"];
export const rows = [
  {
    environment: "Astro, @astrojs/node",
    version: version("astro", "astro"),
    how: "a page in Chromium, a page from the server, an endpoint",
    async run(tools) {
      const app = await tools.workspace.app("astro/site");
      const env = { ASTRO_TELEMETRY_DISABLED: "1" };
      await run(node, [tool("astro", "astro/bin/astro.mjs"), "build"], { cwd: app, env });
      await checkSite(
        tools,
        () => [node, "dist/server/entry.mjs"],
        [client, server, handler("route")],
        (port) => ({ cwd: app, env: { HOST: "127.0.0.1", PORT: port } }),
      );
    },
  },
];
