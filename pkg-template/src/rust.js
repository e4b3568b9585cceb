// The way into Rust, and what happens when it fails.

import { isolated, thrown, wasm } from "#wasm";
import { create } from "./errors.js";

export { isolated };

let prepared;

/** The functions that Rust exports. The first call starts the module. */
function rust() {
  const exports = wasm();
  if (exports !== prepared) {
    exports.setErrorFactory(create);
    prepared = exports;
  }
  return exports;
}

/** What `run` returns of Rust's functions. A trap, which is a defect of this package, becomes code "internal". */
export function call(run) {
  try {
    return run(rust());
  } catch (error) {
    thrown(error);
    if (error instanceof (globalThis.WebAssembly?.RuntimeError ?? RangeError)) {
      throw create("internal", "plangrep-client failed inside: please report it", {}, error);
    }
    throw error;
  }
}

/** As `call`, for what gives a promise: nothing is thrown. */
export function ask(run) {
  try {
    return call(run);
  } catch (error) {
    return Promise.reject(error);
  }
}
