// Angular with server rendering: a page, a page that the server renders, and a route of its Express server.

import { run } from "../lib/process.mjs";
import { checkSite, client, handler, server } from "../lib/sites.mjs";
import { tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");

export const installs = ["angular", "node", "browsers"];
export const rows = [
  {
    environment: "Angular, --ssr",
    version: version("angular", "@angular/core"),
    how: "a page in Chromium, a page from the server, a route",
    rare: true,
    async run(tools) {
      const app = await tools.workspace.app("angular/site", { copyTools: true });
      const env = { NG_CLI_ANALYTICS: "false", CI: "1" };
      await run(node, [`${app}/node_modules/@angular/cli/bin/ng.js`, "build"], { cwd: app, env });
      await checkSite(
        tools,
        () => [node, "dist/server/server.mjs"],
        [client, server, handler("route")],
        (port) => ({ cwd: app, env: { PORT: port } }),
      );
    },
  },
];
