export * from "./index.js";

/**
 * Where the WebAssembly module is, or what it is: a URL (relative ones count from the page; in Node `file:` URLs work
 * too), a Response, its bytes, or the compiled module.
 */
export type WasmSource = string | URL | Response | ArrayBuffer | ArrayBufferView | CompiledModule;

/** WebAssembly.Module where the runtime's types are known. */
type CompiledModule = object &
  (typeof globalThis extends { WebAssembly: { Module: new (...args: never[]) => infer M } } ? M : object);

/**
 * Loads the `.wasm` file, which the application serves itself (`plangrep-client/plangrep_client.wasm`). What this entry
 * exports beside works from then on; before, it throws or rejects with the code "wasm_unavailable".
 *
 * Rejects with a PlangrepError, code "wasm_unavailable", when the module cannot be had; it may be called again.
 */
export declare function init(source: WasmSource | Promise<WasmSource>): Promise<void>;
