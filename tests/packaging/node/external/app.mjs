import { readFile } from "node:fs/promises";
import * as external from "plangrep-client/external";
import { check } from "./check.mjs";

const address = new URL(import.meta.resolve("plangrep-client/plangrep_client.wasm"));
const bytes = await readFile(address);
const type = "application/wasm";
const sources = {
  url: () => address,
  response: () => new Response(bytes, { headers: { "content-type": type } }),
  bytes: () => bytes,
  module: () => new WebAssembly.Module(bytes),
};

await external.init(sources[process.env.SOURCE]());
console.log(JSON.stringify(await check(external, JSON.parse(process.env.TASK))));
