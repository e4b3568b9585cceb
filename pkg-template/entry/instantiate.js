// From a compiled module to the functions that Rust exports. Every loader of this folder goes through here.

import { createGlue } from "#glue";
import { unavailable } from "../src/errors.js";

let current = null;

/**
 * The exports of the one instance, made at the first call by `compile()`, which returns a WebAssembly.Module.
 * A failure is thrown as a PlangrepError with the code "wasm_unavailable", and is not remembered.
 */
export function instance(compile) {
  current ??= instantiate(compile);
  return current;
}

/**
 * Makes the one instance in advance, unless it is there, in the way that is open to every browser's main thread:
 * Chromium before 115 compiles and instantiates only the smallest modules synchronously there.
 */
export async function prepare(module) {
  if (current) return;
  const glue = createGlue();
  const made = await WebAssembly.instantiate(module, imports(glue));
  current ??= begin(glue, made);
}

/**
 * Whether a timer or a request belongs to the request of a visitor that made it, so that calls share nothing: in
 * Cloudflare's workerd and Vercel's edge runtime, which these two are found in alone.
 */
export const isolated = typeof globalThis.WebSocketPair === "function" || typeof globalThis.EdgeRuntime === "string";

/**
 * To be told what was thrown out of wasm. After a trap the instance's memory can no longer be trusted, so the next
 * call starts with a fresh one; objects of the old instance stay with the old one.
 */
export function thrown(error) {
  if (globalThis.WebAssembly && error instanceof WebAssembly.RuntimeError) current = null;
}

function instantiate(compile) {
  try {
    const glue = createGlue();
    return begin(glue, new WebAssembly.Instance(compile(), imports(glue)));
  } catch (error) {
    throw unavailable(reason(error), error);
  }
}

const imports = (glue) => ({ _: glue });

function begin(glue, { exports }) {
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return glue;
}

function reason(error) {
  if (typeof WebAssembly !== "object") {
    return "This runtime has no WebAssembly, like React Native's Hermes, node --jitless, and some browsers in their strictest mode.";
  }
  const said = String(error?.message ?? error);
  // An extension's content script is under the policy of the page that it is in.
  const runtime = globalThis.browser?.runtime ?? globalThis.chrome?.runtime;
  if (runtime?.id && /^https?:$/.test(globalThis.location?.protocol)) {
    return `The page's Content-Security-Policy forbids WebAssembly in this content script: run plangrep-client in the extension's background, and send it messages. (${said})`;
  }
  if (/unsafe-eval|wasm-eval|Content.Security.Policy|by CSP/i.test(said)) {
    return "This page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src directive.";
  }
  if (/disallowed by embedder/i.test(said)) {
    return 'This runtime does not compile WebAssembly from bytes. With OpenNext, set serverExternalPackages: ["plangrep-client"] in next.config; with Nuxt or Nitro, nitro: { experimental: { wasm: true } }; elsewhere import the file plangrep-client/plangrep_client.wasm and hand it to init() of plangrep-client/external.';
  }
  if (/on the main thread/i.test(said)) {
    return "Before Chromium 115 a page's main thread starts WebAssembly only asynchronously: await init() of plangrep-client/external first.";
  }
  return `WebAssembly could not be started: ${said}`;
}
