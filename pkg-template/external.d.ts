export * from "./index.js";

/**
 * Loads the `.wasm` file, which the application serves itself (`plangrep-client/plangrep_client.wasm`); everything
 * else of this entry works once the promise resolved.
 *
 * @param source where the module is, or what it is: a URL (in Node also a `file:` URL), a Response, its bytes, or the
 *   compiled module.
 * @throws PlangrepError with the code "wasm_unavailable"; it may be called again.
 */
export declare function init(
  source: string | URL | Response | Promise<Response> | BufferSource | WebAssembly.Module,
): Promise<void>;
