// TanStack Start: a page, a page that the server renders by a function of its own, and a server route.

import { run } from "../lib/process.mjs";
import { checkSite, client, handler, server } from "../lib/sites.mjs";
import { tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");

export const installs = ["tanstack", "node", "browsers"];
export const rows = [
  {
    environment: "TanStack Start",
    version: version("tanstack", "@tanstack/react-start"),
    how: "a page in Chromium, a page from the server, a server route",
    rare: true,
    async run(tools) {
      const app = await tools.workspace.app("tanstack/site", { copyTools: true });
      const vite = [node, `${app}/node_modules/vite/bin/vite.js`];
      await run(vite[0], [vite[1], "build"], { cwd: app });
      await checkSite(
        tools,
        (port) => [...vite, "preview", "--host=127.0.0.1", `--port=${port}`],
        [client, server, handler("outcome")],
        () => ({ cwd: app }),
      );
    },
  },
];
