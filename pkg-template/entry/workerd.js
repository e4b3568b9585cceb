// Cloudflare's workerd forbids compiling from bytes; its bundler turns this import into a compiled module.

import { instance, thrown } from "./instantiate.js";
import module from "./plangrep_client.wasm";

export const wasm = () => instance(() => module);
/** A timer or a request belongs to the request of a visitor that made it: calls share nothing. */
export const isolated = true;
export { thrown };
