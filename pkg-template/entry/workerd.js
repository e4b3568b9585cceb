// Cloudflare's workerd forbids compiling from bytes; its bundler turns this import into a compiled module.

import module from "./plangrep_client.wasm";
import { instance, thrown } from "./instantiate.js";

export const wasm = () => instance(() => module);
export { thrown };
