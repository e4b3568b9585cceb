// Vercel's edge runtime forbids compiling from bytes; `?module` is its way to ask for a compiled module.

import module from "./plangrep_client.wasm?module";
import { instance, thrown } from "./instantiate.js";

export const wasm = () => instance(() => module);
export { thrown };
