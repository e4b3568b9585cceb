// A virtual clock: timers, dates and performance.now() of this process stand still until a test moves them.

import FakeTimers from "@sinonjs/fake-timers";

export const START = Date.parse("2026-01-01T00:00:00Z");

/** Installs the clock until the end of test `t`. Promises and streams go on by themselves. */
export function virtualClock(t) {
  const clock = FakeTimers.install({
    now: START,
    toFake: ["setTimeout", "clearTimeout", "Date", "performance"],
    // Node's own sockets may have timers from before, and clear them while the clock is installed.
    shouldClearNativeTimers: true,
  });
  t.after(() => clock.uninstall());
  return clock;
}
