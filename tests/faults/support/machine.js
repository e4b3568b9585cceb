// A machine in virtual time. What its clocks and timers do wrong is up to a test: stop, jump, come late.

import { virtualClock } from "../../support/clock.js";
import { flush } from "../../support/flush.js";

const MINUTE = 60_000;
/** What a timer holds. */
const LONGEST = 2 ** 31 - 1;

/** The machine of test `t`, until its end. */
export function machine(t) {
  const clock = virtualClock(t);
  const exact = { set: globalThis.setTimeout, clear: globalThis.clearTimeout };
  const uptime = performance.now.bind(performance);
  let ahead = 0;
  let throttled = false;
  /** Stretches of time in which nothing ran: `[from, to]`, by the uptime. */
  const gaps = [];

  // In the background timers fire on whole minutes of their own.
  const untilMinute = () => (throttled ? (MINUTE - (uptime() % MINUTE)) % MINUTE : 0);
  t.mock.method(globalThis, "setTimeout", (run, ms) => {
    const timer = {};
    const fire = () => {
      const rest = untilMinute();
      if (rest > 0) timer.id = exact.set(fire, rest);
      else run();
    };
    timer.id = exact.set(fire, ms);
    return timer;
  });
  t.mock.method(globalThis, "clearTimeout", (timer) => exact.clear(timer?.id));
  t.mock.method(performance, "now", () => uptime() + ahead);

  const stepWall = (ms) => clock.setSystemTime(Date.now() + ms);
  return {
    /** Timers of the world outside, which are exact. */
    exact,
    /** Calls back so many ms from now, however many; gives what calls it off. */
    at(ms, run) {
      const end = uptime() + ms;
      let id;
      const arm = () => {
        const rest = end - uptime();
        id = exact.set(rest > LONGEST ? arm : run, Math.min(rest, LONGEST));
      };
      arm();
      return () => exact.clear(id);
    },
    /** What every clock shows. */
    read: () => ({ uptime: uptime(), monotonic: performance.now(), wall: Date.now() }),
    gaps,

    /** What can happen to it. */
    stepWall,
    stepMonotonic(ms) {
      ahead += ms;
    },
    /** Sleep in which every clock goes on; timers come late, all at once. */
    freeze(ms) {
      gaps.push([uptime(), uptime() + ms]);
      clock.jump(ms);
    },
    /** Sleep in which timers stand still, and the monotonic clock too unless it `goesOn`. */
    suspend(ms, goesOn) {
      stepWall(ms);
      if (goesOn) ahead += ms;
    },
    throttle(on) {
      throttled = on;
    },

    timers: () => clock.countTimers(),
    flush,
    /** Lets the next timer fire, and all happen that comes of it. */
    async step() {
      clock.next();
      await flush();
    },
    /** Lets so much time pass. */
    async pass(ms) {
      let over = false;
      exact.set(() => {
        over = true;
      }, ms);
      while (!over) await this.step();
    },
  };
}
