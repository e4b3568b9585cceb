// A deadline that passes when a test says so: no machine is too slow for it, and none too fast. Works in any runtime.

const { setTimeout: set, clearTimeout: clear } = globalThis;

/** The timers of each deadline that was made, by its length in ms. */
const held = new Map();
/** No machine is up for so long: no timer that is not held has this length. */
let nextMs = 1_000_000_000;

globalThis.setTimeout = (run, ms, ...args) => {
  const timers = held.get(ms);
  if (timers === undefined) return set(run, ms, ...args);
  const timer = { timers, run };
  timers.add(timer);
  return timer;
};
globalThis.clearTimeout = (timer) => {
  if (timer?.timers) timer.timers.delete(timer);
  else clear(timer);
};

/** A deadline `ms` long for whoever sets a timer of that length; it passes by `pass()`, for all who wait by then. */
export function heldDeadline() {
  const ms = nextMs++;
  const timers = new Set();
  held.set(ms, timers);
  return {
    ms,
    isAwaited: () => timers.size > 0,
    pass() {
      for (const timer of timers) {
        timers.delete(timer);
        timer.run();
      }
    },
    forget: () => held.delete(ms),
  };
}
