// The way into Rust, and what happens when it fails.

import { isolated, thrown, wasm } from "#wasm";
import { create, retrace, retraced, traced } from "./errors.js";

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

/** What is told of what Rust threw: a trap, which is a defect of this package, becomes code "internal". */
function told(error) {
  thrown(error);
  const trapped = error instanceof (globalThis.WebAssembly?.RuntimeError ?? RangeError);
  return trapped ? create("internal", "", {}, error) : error;
}

/**
 * What `run` returns of Rust's functions. The stack of what is thrown begins with the caller of `above`, the function that
 * the application called.
 */
export function call(run, above) {
  try {
    return run(rust());
  } catch (error) {
    throw traced(told(error), above);
  }
}

/** As `call`, for what gives a promise: nothing is thrown. */
export function callAsync(run) {
  let promise;
  try {
    promise = run(rust());
  } catch (error) {
    promise = Promise.reject(told(error));
  }
  return promise.then(retraced, retrace);
}
