// Nuxt on Node, Cloudflare, Netlify and Vercel: a page, a page that the server renders, and a route of its server.

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

/** The one function that Nuxt makes for Vercel. */
const vercel = (app) => `
import handler from ${JSON.stringify(join(app, ".vercel/output/functions/__fallback.func/index.mjs"))};

addEventListener("fetch", (event) => event.respondWith(handler(event.request, event)));
`;

/** Bundled as Vercel does; gives what serves it and the files beside it. */
async function bundledForVercel(workspace, app) {
  const edge = await workspace.app("servers/edge");
  await writeFile(join(edge, "vercel.mjs"), vercel(app));
  await run(node, ["bundle.mjs", "vercel.mjs", "out.js"], { cwd: edge });
  const files = join(app, ".vercel/output/static");
  return (port) => [node, join(edge, "serve.mjs"), String(port), join(edge, "out.js"), files];
}

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
    const start = starts[preset] ?? (await bundledForVercel(tools.workspace, app));
    await checkSite(tools, start, [client, server, handler("route")], (port) => ({
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
  row("netlify_edge", "Netlify Edge, experimental.wasm", { installs: ["servers"], rare: true }, { WASM: "1" }),
  row("vercel_edge", "Vercel Edge", { installs: ["servers"], rare: true }),
  row("vercel_edge", "Vercel Edge, experimental.wasm", { installs: ["servers"], rare: true }, { WASM: "1" }),
];
