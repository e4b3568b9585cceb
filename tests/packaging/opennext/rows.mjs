// Next.js on Cloudflare by OpenNext: a page, a page that the server renders, and a route handler.

import { dirname } from "node:path";
import { run } from "../lib/process.mjs";
import { checkSite, client, handler, server } from "../lib/sites.mjs";
import { tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");

export const installs = ["opennext", "node", "browsers"];
export const rows = [
  {
    environment: "OpenNext, Cloudflare",
    version: version("opennext", "@opennextjs/cloudflare"),
    how: "with serverExternalPackages: a page in Chromium, a page from the server, a route handler",
    rare: true,
    async run(tools) {
      const app = await tools.workspace.app("opennext/site", { copyTools: true });
      const modules = `${app}/node_modules`;
      const env = {
        WRANGLER_SEND_METRICS: "false",
        XDG_CONFIG_HOME: app,
        PATH: `${dirname(node)}:${process.env.PATH}`,
      };
      const build = [`${modules}/@opennextjs/cloudflare/dist/cli/index.js`, "build"];
      await run(node, build, { cwd: app, env });
      await checkSite(
        tools,
        (port) => [node, `${modules}/wrangler/bin/wrangler.js`, "dev", "--ip=127.0.0.1", `--port=${port}`],
        [client, server, handler("route")],
        () => ({ cwd: app, env }),
      );
    },
  },
];
