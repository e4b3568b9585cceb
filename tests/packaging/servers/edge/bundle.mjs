// As Vercel bundles an edge function: `bundle.mjs IN OUT`.

import { build } from "esbuild";

/** What the runtime hands to the function: `contents` makes a module of it. */
const given = (name, filter, contents) => ({
  name,
  setup(build) {
    build.onResolve({ filter }, ({ path }) => ({ path, namespace: name }));
    build.onLoad({ filter: /./, namespace: name }, ({ path }) => ({ contents: contents(path), loader: "js" }));
  },
});

const [entry, outfile] = process.argv.slice(2);
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  format: "iife",
  conditions: ["edge-light"],
  plugins: [
    given("wasm", /\.wasm\?module$/, () => "export default globalThis.plangrepWasm"),
    given("node", /^node:/, (path) => `module.exports = globalThis.node[${JSON.stringify(path)}]`),
  ],
});
