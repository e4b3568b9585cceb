// Nuxt on Node, Cloudflare and Netlify: a page, a page that the server renders, and a route of its server.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../lib/process.mjs";
import { checkSite, client, handler, server } from "../lib/sites.mjs";
import { tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");
const wrangler = tool("servers", "wrangler/bin/wrangler.js");

/** What Netlify's runtime does with its one function, in Deno as there. */
const netlify = `
import handler from "./.netlify/edge-functions/server/server.js";

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0]) }, async (request) => {
  const { pathname } = new URL(request.url);
  const file = await Deno.readFile("./dist" + pathname).catch(() => null);
  const type = pathname.endsWith(".js") ? "text/javascript" : "text/css";
  return file ? new Response(file, { headers: { "content-type": type } }) : await handler(request, {});
});
`;

const starts = {
  "node-server": () => [node, ".output/server/index.mjs"],
  cloudflare_module: (port) => [node, wrangler, "dev", "--ip=127.0.0.1", `--port=${port}`],
  netlify_edge: (port) => [node, tool("servers", "deno/bin.cjs"), "run", "--allow-all", "netlify.mjs", String(port)],
};

const row = (preset, name, { installs = [], ...rest } = {}, env = {}) => ({
  environment: `Nuxt, ${name}`,
  version: version("nuxt", "nuxt"),
  how: "a page in Chromium, a page from the server, a route",
  ...rest,
  installs: ["nuxt", "node", "browsers", ...installs],
  async run(tools) {
    const app = await tools.workspace.app("nuxt/site", { copyTools: true });
    await writeFile(join(app, "netlify.mjs"), netlify);
    const build = [tool("nuxt", "nuxt/bin/nuxt.mjs"), "build"];
    await run(node, build, { cwd: app, env: { ...env, NITRO_PRESET: preset, NUXT_TELEMETRY_DISABLED: "1" } });
    await checkSite(tools, starts[preset], [client, server, handler("route")], (port) => ({
      cwd: app,
      env: {
        NITRO_HOST: "127.0.0.1",
        NITRO_PORT: port,
        WRANGLER_SEND_METRICS: "false",
        XDG_CONFIG_HOME: app,
        DENO_DIR: join(app, "deno"),
      },
    }));
  },
});

export const rows = [
  row("node-server", "Node.js"),
  row("cloudflare_module", "Cloudflare", { installs: ["servers"], rare: true }, { WASM: "1" }),
  row("netlify_edge", "Netlify Edge", { installs: ["servers"], rare: true }),
];
