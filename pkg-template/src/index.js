import { wasm } from "#wasm";

export { PlangrepError } from "./errors.js";

export function isTerminal(of) {
  return wasm().isTerminal(typeof of === "string" ? of : of.status);
}
