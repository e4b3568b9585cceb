// Cloudflare's workerd forbids compiling from bytes; its bundler turns this import into a compiled module.

import { instance, thrown } from "./instantiate.js";
import module from "./plangrep_client.wasm";

export const wasm = () => instance(() => module);
// What plays this runtime, as a test does, may lack the sign of it.
export const isolated = true;
export { thrown };
