// The `.wasm` stays a file of its own, and the application says where it is.

import { traced, unavailable } from "../src/errors.js";
import { instance, isolated, prepare, thrown } from "./instantiate.js";

let module = null;

/** Compiles and starts what `source` is or leads to. A call that fails changes nothing and may be repeated. */
export async function init(source) {
  try {
    const given = await source;
    const compiled = given instanceof WebAssembly.Module ? given : await WebAssembly.compile(await bytesOf(given));
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

async function bytesOf(given) {
  if (given instanceof URL || typeof given === "string") {
    return await bytesAt(new URL(given, globalThis.location?.href));
  }
  if (typeof Response === "function" && given instanceof Response) return await bytesIn(given);
  return given;
}

async function bytesAt(url) {
  // Node's fetch knows no file: URLs.
  const fs = url.protocol === "file:" && globalThis.process?.getBuiltinModule?.("node:fs/promises");
  return fs ? await fs.readFile(url) : await bytesIn(await fetch(url));
}

async function bytesIn(response) {
  if (!response.ok) throw new Error(`${response.url} answered with status ${response.status}`);
  return await response.arrayBuffer();
}
