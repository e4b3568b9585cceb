// Vercel's edge runtime forbids compiling from bytes; `?module` is its way to request a compiled module.

import { instance, thrown } from "./instantiate.js";
import module from "./plangrep_client.wasm?module";

export const wasm = () => instance(() => module);
// What plays this runtime, as a test does, may lack the sign of it.
export const isolated = true;
export { thrown };
