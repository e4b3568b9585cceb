// A client on a virtual clock before a scripted network: what most tests of time and number begin with.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { START, virtualClock } from "./clock.js";
import { network } from "./network.js";
import { outcomeOf } from "./outcome.js";
import { PlangrepClient } from "./package.js";
import { KEY } from "./samples.js";

/** `random` is what Math.random gives: 0.5 is no jitter. */
export function world(t, { steps, options = {}, random = 0.5 }) {
  const clock = virtualClock(t);
  t.mock.method(Math, "random", () => random);
  const { fetch, requests } = network(...steps);
  const events = [];
  const client = new PlangrepClient({ apiKey: KEY, fetch, onEvent: (event) => events.push(event), ...options });
  const abort = new AbortController();

  return {
    client,
    clock,
    requests,
    events,
    abort,
    signal: abort.signal,
    now: () => Date.now() - START,
    /** When each request was made, in ms since the start. */
    times: () => requests.map((request) => request.at),

    /** Runs a call to its end, however long it takes on the virtual clock; `at` is when it ended. */
    async run(promise) {
      const outcome = outcomeOf(promise);
      await clock.tickAsync(0);
      for (let turns = 0; outcome.state === "pending" && turns < 100; turns++) await clock.nextAsync();
      assert.notEqual(outcome.state, "pending", "the call did not end");
      return { ...outcome, at: outcome.at - START };
    },

    /** Nothing is left over, and a day later nothing more has happened. */
    async nothingAfter() {
      const before = [requests.length, events.length];
      assert.equal(clock.countTimers(), 0, "timers left");
      assert.deepEqual(getEventListeners(abort.signal, "abort"), [], "listeners left on the caller's signal");
      await clock.tickAsync(86_400_000);
      assert.deepEqual([requests.length, events.length], before, "something happened after the call ended");
    },
  };
}
