// What Vercel does with an edge function, by its own runtime: `serve.mjs PORT FILE [FOLDER]`. Modules that were asked for
// with `?module` are compiled outside, and the function finds them, and what it has of Node, in its global object. Files
// of the folder are served without it.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { createHandler, EdgeRuntime } from "edge-runtime";

const [port, file, folder] = process.argv.slice(2);
const wasm = await readFile(new URL("node_modules/plangrep-client/plangrep_client.wasm", import.meta.url));
const node = {};
for (const name of ["async_hooks", "buffer", "events"]) node[`node:${name}`] = await import(`node:${name}`);
const runtime = new EdgeRuntime({
  initialCode: await readFile(file, "utf8"),
  extend: (context) => Object.assign(context, { plangrepWasm: new WebAssembly.Module(wasm), node }),
});
const { handler } = createHandler({ runtime });
const types = { ".js": "text/javascript", ".css": "text/css" };

createServer(async (request, response) => {
  const type = types[extname(request.url)];
  if (!folder || !type) return await handler(request, response);
  response.setHeader("content-type", type).end(await readFile(join(folder, request.url)));
}).listen(Number(port), "127.0.0.1");
