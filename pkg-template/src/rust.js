// The way into Rust, and what happens when it fails.

import { isolated, thrown, wasm } from "#wasm";
import { create, retrace, traced } from "./errors.js";

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

/**
 * What `run` returns of Rust's functions. A trap, which is a defect of this package, becomes code "internal". The stack
 * of what is thrown begins with the caller of `above`, the function that the application called.
 */
export function call(run, above) {
  try {
    return run(rust());
  } catch (error) {
    thrown(error);
    if (error instanceof (globalThis.WebAssembly?.RuntimeError ?? RangeError)) {
      throw traced(create("internal", "", {}, error), above);
    }
    throw traced(error, above);
  }
}

/** As `call`, for what gives a promise: nothing is thrown. */
export function callAsync(run) {
  let promise;
  try {
    promise = call(run, callAsync);
  } catch (error) {
    return Promise.reject(error);
  }
  return promise.then(undefined, retrace);
}
