// React Router as a framework: a page, a page that the server renders, and a resource route.

import { run } from "../lib/process.mjs";
import { checkSite, client, handler, server } from "../lib/sites.mjs";
import { tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");

export const installs = ["react-router", "node", "browsers"];
export const rows = [
  {
    environment: "React Router",
    version: version("react-router", "react-router"),
    how: "a page in Chromium, a page from the server, a resource route",
    async run(tools) {
      const app = await tools.workspace.app("react-router/site");
      await run(node, [tool("react-router", "@react-router/dev/bin.cjs"), "build"], { cwd: app });
      const serve = [node, tool("react-router", "@react-router/serve/bin.cjs"), "build/server/index.js"];
      const env = (port) => ({ HOST: "127.0.0.1", PORT: port, NODE_ENV: "production" });
      await checkSite(
        tools,
        () => serve,
        [client, server, handler("route")],
        (port) => ({ cwd: app, env: env(port) }),
      );
    },
  },
];
