// Stores: the newest state of what a watch gives, for interfaces. When to poll is the watch's business; here is who
// listens, and from when to when a watch is needed.

import { placed } from "./errors.js";
import { call } from "./rust.js";
import { summarizeBilling } from "./status.js";

export const jobStore = (options, open, nudge, above) =>
  store(options, open, nudge, above, { job: null, progress: null, etaMs: null }, (update, { job }) => ({
    // A poll that found nothing new leaves the object as it is: what compares objects then has nothing to do. The last
    // one is taken as it comes: a link to the result is new each time, and counts as no change.
    job: update.changed || update.terminal || job === null ? update.job : job,
    progress: update.progress,
    etaMs: update.etaMs,
  }));

export const projectStore = (options, open, nudge, above) =>
  store(options, open, nudge, above, ofJobs([], null), ({ jobs, changed, current }, before) =>
    changed.length > 0 || jobs.length !== before.jobs.length ? ofJobs(jobs, current) : {},
  );

const ofJobs = (jobs, current) => ({ jobs, current, billing: summarizeBilling(jobs) });

const NEVER = Number.NEGATIVE_INFINITY;

/** `open` makes a watch, `nudge` has it poll soon; `read` says what an update changes in the state. */
function store(options, open, nudge, above, nothing, read) {
  call(() => open(options, null), above);
  // What a store tells of leads to the line that made it: nobody awaits it.
  const made = new Error();
  Error.captureStackTrace?.(made, above);
  const given = { ...options };
  const listeners = new Set();
  let state = { status: "idle", ...nothing, nextPollAt: null, error: null, updatedAt: null };
  /** While it polls. */
  let watch = null;
  /** The watch as data, once there is some: where it stopped, the next one goes on. */
  let goesOn = {};
  /** When it failed, unless it has polled since: the poll that tries again comes when the floor allows, and no sooner. */
  let failedAt = NEVER;
  /** A listener left in this turn: one that comes in it takes its place, as where React has an inline `subscribe`. */
  let leaving = false;
  /** No watch is to be had any more: the client is closed. */
  let over = false;
  let reported = false;

  const inMs = (ms) => (ms === null ? null : Date.now() + ms);

  // What an async listener is rejected with counts as what one throws.
  function notify(listener) {
    new Promise((resolve) => resolve(listener(state))).then(undefined, (error) => {
      if (!reported) console.error("plangrep-client: a listener of a store threw; the store goes on", error);
      reported = true;
    });
  }

  function change(changes) {
    state = { ...state, ...changes };
    for (const entry of listeners) entry.wake();
  }

  async function start() {
    let mine = null;
    try {
      mine = call(() => open({ ...given, ...goesOn }, survived, Math.max(0, Date.now() - failedAt)));
      watch = mine;
      // A store that has ended stays so until a refresh has found something else.
      if (state.status !== "ended") change({ status: state.updatedAt === null ? "loading" : "live", error: null });
      for (;;) {
        const { done, value } = await call(() => mine.next());
        if (done || watch !== mine) break;
        failedAt = NEVER;
        goesOn = { state: value.state };
        const ends = value.terminal ?? value.nextPollMs === null;
        if (ends) watch = null;
        change({
          status: ends ? "ended" : "live",
          ...read(value, state),
          nextPollAt: inMs(value.nextPollMs),
          error: null,
          updatedAt: Date.now(),
        });
        if (ends) break;
      }
    } catch (error) {
      if (watch === mine) {
        watch = null;
        failedAt = Date.now();
        over = mine === null;
        // What failed is tried anew: its time may be over, and its failures counted to the last.
        goesOn = { state: null };
        change({ status: "failed", nextPollAt: null, error: placed(error, made) });
      }
    }
    // Not left to the garbage collector: interfaces come and go faster than that.
    if (mine !== null) call(() => mine.free());
  }

  function survived(error, nextPollMs) {
    failedAt = NEVER;
    change({ error: placed(error, made), nextPollAt: inMs(nextPollMs) });
  }

  function listen(listener) {
    const entry = {};
    // A reaction of a promise runs in the async context in which it was registered, whoever settles the promise. So each
    // listener has one parked, which parks the next, and is notified in its own context and not in that of the first.
    const park = () => {
      new Promise((resolve) => {
        entry.wake = resolve;
      }).then(() => {
        if (!listeners.has(entry)) return;
        park();
        notify(listener);
      });
    };
    park();
    const stays = over || state.status === "ended" || (leaving && state.status === "failed");
    if (watch === null && !stays && call((rust) => rust.inPage())) start();
    listeners.add(entry);
    return () => {
      // What follows in the same turn may be the next listener: React's StrictMode, a list that is drawn anew.
      if (!listeners.delete(entry)) return;
      leaving = true;
      Promise.resolve().then(stop);
    };
  }

  function stop() {
    leaving = false;
    if (listeners.size > 0 || watch === null) return;
    const ended = watch;
    watch = null;
    call(() => ended.stop());
    change({ status: "idle", nextPollAt: null });
  }

  return {
    get: () => state,
    listen,
    subscribe(listener) {
      const end = listen(listener);
      notify(listener);
      return end;
    },
    refresh() {
      if (watch === null) {
        if (listeners.size > 0 && !over) start();
      } else if (failedAt === NEVER) call(nudge);
    },
  };
}
