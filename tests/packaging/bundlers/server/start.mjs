// A development server that transforms the package as it does the application: where it is linked, or `noExternal`.

import { createServer } from "vite";

const server = { middlewareMode: true, ws: false, hmr: false };
const vite = await createServer({
  server,
  appType: "custom",
  ssr: { noExternal: ["plangrep-client"] },
  logLevel: "error",
});
const { render } = await vite.ssrLoadModule("/app.mjs");
console.log(JSON.stringify(render()));
await vite.close();
