// Nuxt on Node: a page, a page that the server renders, and a route of its server.

import { run } from "../lib/process.mjs";
import { checkSite, client, handler, server } from "../lib/sites.mjs";
import { tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");

const row = (preset, start, env = {}) => ({
  environment: `Nuxt, ${preset}`,
  version: version("nuxt", "nuxt"),
  how: "a page in Chromium, a page from the server, a route",
  async run(tools) {
    const app = await tools.workspace.app("nuxt/site", { copyTools: true });
    const build = [tool("nuxt", "nuxt/bin/nuxt.mjs"), "build"];
    await run(node, build, { cwd: app, env: { ...env, NITRO_PRESET: preset, NUXT_TELEMETRY_DISABLED: "1" } });
    await checkSite(tools, start, [client, server, handler("route")], (port) => ({
      cwd: app,
      env: { NITRO_HOST: "127.0.0.1", NITRO_PORT: port },
    }));
  },
});

export const installs = ["nuxt", "node", "browsers"];
export const rows = [row("node-server", () => [node, ".output/server/index.mjs"])];
