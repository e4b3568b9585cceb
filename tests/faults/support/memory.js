// What a process holds: JavaScript heap after a collection, WebAssembly memory, timers.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");
const memories = [];

// Before the package starts its module: the only way to its memory.
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...args) {
    super(...args);
    memories.push(this.exports.memory);
  }
};

/** `heap` and `wasm` in bytes, `timers` as a number. */
export async function held() {
  for (let times = 0; times < 8; times++) {
    gc();
    // Finalizers run in a task of their own.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    heap: process.memoryUsage().heapUsed,
    wasm: memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
    timers: process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length,
  };
}
