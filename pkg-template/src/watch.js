// Watches as async iterators. What they give is decided in Rust; here is the protocol of the language.

import { ask, call } from "./rust.js";

export class Watch {
  #watch;

  constructor(watch) {
    this.#watch = watch;
  }

  next() {
    return ask(() => this.#watch.next());
  }

  async return(value) {
    call(() => this.#watch.stop());
    return { done: true, value: await value };
  }

  async throw(error) {
    call(() => this.#watch.stop());
    throw error;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  // Where the runtime has no such symbol, nothing asks for it; the name is then as good as any.
  async [Symbol.asyncDispose ?? "asyncDispose"]() {
    call(() => this.#watch.stop());
  }
}
