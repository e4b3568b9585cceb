// What an application ships for the client that it imports: every file of a Vite production build, each compressed
// on its own as a server would.

import { brotliCompressSync, gzipSync } from "node:zlib";
import { bundle } from "./lib/bundle.js";

/** The applications, in `apps/`, by what they use. */
export const apps = {
  ours: "plangrep-client",
  "ours-external": "plangrep-client/external, wasm as a file",
  "ours-status": "plangrep-client, isTerminal alone",
  ky: "ky",
  stack: "ky + zod + p-retry + p-wait-for",
  openai: "openai",
  assemblyai: "assemblyai",
  replicate: "replicate",
  fal: "@fal-ai/client",
};

/** `{ raw, gzip, brotli }` of one application. */
export async function weigh(name) {
  const files = await bundle(name);
  const sum = (size) => files.reduce((total, { bytes }) => total + size(bytes), 0);
  return {
    raw: sum((bytes) => bytes.length),
    gzip: sum((bytes) => gzipSync(bytes, { level: 9 }).length),
    brotli: sum((bytes) => brotliCompressSync(bytes).length),
  };
}

export async function measure() {
  const weights = [];
  for (const name of Object.keys(apps)) weights.push([name, await weigh(name)]);
  const { brotli: stack } = Object.fromEntries(weights).stack;
  return {
    title: "Bytes that an application ships",
    columns: ["raw", "gzip", "brotli", "brotli / hand-made stack"],
    rows: weights.map(([name, { raw, gzip, brotli }]) => ({
      name: apps[name],
      figures: [raw, gzip, brotli, brotli / stack],
    })),
  };
}
