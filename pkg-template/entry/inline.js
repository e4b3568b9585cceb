// The module's bytes lie in this file as text: nothing to fetch, nothing for a bundler to know.

import { size, text } from "#wasm-text";
import { decode } from "./decode.js";
import { instance, isolated, thrown } from "./instantiate.js";

export const wasm = () => instance(() => new WebAssembly.Module(decode(text, size)));
export { isolated, thrown };
