// SvelteKit, for Node and for Cloudflare: a page, a page that the server renders, and a route.

import { run } from "../lib/process.mjs";
import { checkSite, client, handler, server } from "../lib/sites.mjs";
import { tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");
const wrangler = tool("sveltekit", "wrangler/bin/wrangler.js");

const starts = {
  node: () => [node, "build/index.js"],
  cloudflare: (port) => [node, wrangler, "dev", "--ip=127.0.0.1", `--port=${port}`],
};

const row = (adapter) => ({
  environment: `SvelteKit, adapter-${adapter}`,
  version: version("sveltekit", "@sveltejs/kit"),
  how: "a page in Chromium, a page from the server, a route",
  async run(tools) {
    const app = await tools.workspace.app("sveltekit/site");
    const env = { ADAPTER: adapter, HOST: "127.0.0.1", WRANGLER_SEND_METRICS: "false", XDG_CONFIG_HOME: app };
    await run(node, [tool("sveltekit", "vite/bin/vite.js"), "build"], { cwd: app, env });
    const places = [client, server, handler("route")];
    await checkSite(
      tools,
      (port) => starts[adapter](port),
      places,
      (port) => ({ cwd: app, env: { ...env, PORT: port } }),
    );
  },
});

export const installs = ["sveltekit", "node", "browsers"];
export const rows = [row("node"), row("cloudflare")];
