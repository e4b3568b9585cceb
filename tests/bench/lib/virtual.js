// A virtual clock: timers, Date and performance stand still until `pass()` lets time pass.

import { flush } from "../../support/flush.js";

/** Replaces the global timers and clocks for good; `{ now(), pass(ms), pending() }`. */
export function virtualClock() {
  let now = 0;
  const timers = new Set();
  globalThis.setTimeout = (call, ms = 0, ...given) => {
    const timer = {
      at: now + Math.max(0, ms),
      call: () => call(...given),
      ref: () => timer,
      unref: () => timer,
      hasRef: () => true,
      [Symbol.toPrimitive]: () => 1,
    };
    timers.add(timer);
    return timer;
  };
  globalThis.clearTimeout = (timer) => timers.delete(timer);
  const epoch = Date.now();
  Date.now = () => epoch + now;
  performance.now = () => now;

  const earliest = () => {
    let first = null;
    for (const timer of timers) if (!first || timer.at < first.at) first = timer;
    return first;
  };
  return {
    now: () => now,
    pending: () => timers.size,
    async pass(ms) {
      const end = now + ms;
      await flush();
      for (let timer = earliest(); timer && timer.at <= end; timer = earliest()) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.call();
        // As long as anything answers at once.
        for (let round = 0; round < 3; round++) await flush();
      }
      now = end;
    },
  };
}
