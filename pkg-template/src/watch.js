// Watches as async iterators. What they give is decided in Rust; here is the protocol of the language.

import { create, traced } from "./errors.js";
import { bind } from "./methods.js";
import { call, callAsync } from "./rust.js";

export class Watch {
  #watch;
  #looped = false;

  constructor(watch) {
    this.#watch = watch;
    bind(this, prototype);
  }

  next() {
    return callAsync(() => this.#watch.next());
  }

  async return(value) {
    call(() => this.#watch.stop());
    return { done: true, value: await value };
  }

  async throw(error) {
    call(() => this.#watch.stop());
    throw error;
  }

  // Two loops would share out the values between them, and each would miss what the other got.
  [Symbol.asyncIterator]() {
    if (this.#looped) {
      const problem = "is looped over a second time: make another watch, or observe a store";
      throw traced(create("invalid_argument", problem, { argument: "watch" }), prototype[Symbol.asyncIterator]);
    }
    this.#looped = true;
    return this;
  }

  // Where the runtime has no such symbol, nothing looks for it; the name is then as good as any.
  async [Symbol.asyncDispose ?? "asyncDispose"]() {
    call(() => this.#watch.stop());
  }

  // By it Vue tells what it must not wrap.
  get [Symbol.toStringTag]() {
    return "Watch";
  }
}

const { prototype } = Watch;
