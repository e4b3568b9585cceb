// The `.wasm` stays a file of its own, and the application says where it is.

import { traced, unavailable } from "../src/errors.js";
import { instance, isolated, prepare, thrown } from "./instantiate.js";

let module = null;

/** Compiles and starts what `source` is or leads to. A call that fails changes nothing and may be repeated. */
export async function init(source) {
  try {
    const compiled = await compile(await source);
    await prepare(compiled);
    module = compiled;
  } catch (error) {
    throw traced(unavailable(`The WebAssembly module could not be loaded: ${error?.message ?? error}`, error), init);
  }
}

export const wasm = () =>
  instance(() => {
    if (!module) throw new Error('await init(source) from "plangrep-client/external" first');
    return module;
  });
export { isolated, thrown };

async function compile(given) {
  if (given instanceof WebAssembly.Module) return given;
  if (given instanceof URL || typeof given === "string") {
    return await compileAt(new URL(given, globalThis.location?.href));
  }
  if (typeof Response === "function" && given instanceof Response) return await compileResponse(given);
  return await WebAssembly.compile(given);
}

async function compileAt(url) {
  // Node's fetch knows no file: URLs.
  const fs = url.protocol === "file:" && globalThis.process?.getBuiltinModule?.("node:fs/promises");
  return fs ? await WebAssembly.compile(await fs.readFile(url)) : await compileResponse(await fetch(url));
}

async function compileResponse(response) {
  if (!response.ok) throw new Error(`${response.url} answered with status ${response.status}`);
  // While it arrives, and some browsers keep what they compiled so. They take it only from servers that name its type.
  const streams = WebAssembly.compileStreaming && response.headers.get("content-type") === "application/wasm";
  return await (streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer()));
}
