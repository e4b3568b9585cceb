// What a process holds: JavaScript heap after a collection, WebAssembly memory, timers.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { wasmBytes } from "../../support/instances.js";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");

/** By the clock of the machine, also where a test has installed another one. */
const { setTimeout } = globalThis;
/** In bytes: what the measuring itself may leave. */
const NOISE = 4096;

/** `heap` and `wasm` in bytes, `timers` as a number. */
export async function held() {
  // What is finalized in a task of its own lives on for a collection or two, on a busy machine for longer: until
  // several in a row find nothing more.
  let heap = Number.POSITIVE_INFINITY;
  for (let tries = 0, same = 0; tries < 100 && same < 6; tries++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 1));
    const now = process.memoryUsage().heapUsed;
    same = now > heap - NOISE ? same + 1 : 0;
    heap = Math.min(heap, now);
  }
  return {
    heap,
    wasm: wasmBytes(),
    timers: process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length,
  };
}
