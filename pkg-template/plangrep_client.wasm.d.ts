import type { WasmSource } from "./external.js";

/** What an import of the `.wasm` file gives is for the bundler to say: a module, a URL. `init` takes all of them. */
declare const source: WasmSource;
export default source;
