// Vercel's edge runtime forbids compiling from bytes; `?module` is its way to ask for a compiled module.

import { instance, thrown } from "./instantiate.js";
import module from "./plangrep_client.wasm?module";

export const wasm = () => instance(() => module);
/** A timer or a request belongs to the request of a visitor that made it: calls share nothing. */
export const isolated = true;
export { thrown };
