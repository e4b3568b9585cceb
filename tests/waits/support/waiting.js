// A client on a virtual clock before a server of jobs, and the log of what it requested.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { START, virtualClock } from "../../support/clock.js";
import { flush } from "../../support/flush.js";
import { outcomeOf } from "../../support/outcome.js";
import { PlangrepClient } from "../../support/package.js";
import { job, KEY } from "../../support/samples.js";

/** The instant so many ms after the start, as the server writes it. */
export const iso = (ms) => new Date(START + ms).toISOString();

/**
 * A job's life: `phases` are `[from, status, more fields]`, `from` in ms since the start. Gives what the job is like
 * at a time.
 */
export const life =
  (id, phases, projectId = "proj_1") =>
  (now) => {
    const [from, status, more] = phases.findLast(([from]) => from <= now);
    return job({ id, projectId, status, updatedAt: iso(from), ...more });
  };

/** A server with these lives; a list is in their order. What it does not know is a 404. */
export const serverOf = (...lives) => {
  return ({ kind, id, at }) => {
    const jobs = lives.map((life) => life(at));
    if (kind === "list") return { jobs: jobs.filter((job) => job.projectId === id) };
    const found = jobs.find((job) => job.id === id);
    return found ? { job: found } : status(404, { code: "not_found", message: "No such job" });
  };
};

/** A response that is no success. */
export const status = (status, body = {}, headers = {}) => new Response(JSON.stringify(body), { status, headers });

/** No response, ever. */
export const silence = Symbol("silence");

/**
 * `server({ kind: "job" | "list" | "resume" | "cancel", id, at, number })` gives a body, a Response, `silence`, or throws. Each response takes
 * `latency` ms. `random` is what Math.random gives: 0.5 is no jitter.
 */
export function waiting(t, { server, latency = 0, options = {}, random = 0.5 }) {
  const clock = virtualClock(t);
  t.mock.method(Math, "random", () => random);
  const requests = [];

  async function fetch(url, { signal }) {
    const [, project, id, action] = /\/(?:projects\/([^/]+)\/jobs|jobs\/([^/]+)(?:\/(resume|cancel))?)$/.exec(url);
    const request = {
      kind: project ? "list" : (action ?? "job"),
      id: project ?? id,
      at: Date.now() - START,
      state: "open",
    };
    request.number = requests.push(request);
    const aborted = new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        request.state = "aborted";
        reject(signal.reason);
      });
    });
    aborted.catch(() => {});
    if (latency > 0) {
      const late = Promise.withResolvers?.() ?? deferred();
      const timer = setTimeout(late.resolve, latency);
      await Promise.race([late.promise, aborted]).finally(() => clearTimeout(timer));
    }
    const body = server({ ...request, at: Date.now() - START });
    if (body === silence) await aborted;
    request.state = "responded";
    return body instanceof Response ? body : new Response(JSON.stringify(body));
  }

  const client = new PlangrepClient({ apiKey: KEY, fetch, maxRetries: 0, ...options });
  const abort = new AbortController();

  return {
    client,
    clock,
    requests,
    abort,
    signal: abort.signal,
    now: () => Date.now() - START,

    /** What was requested and when: "10000 job_1", "20000 [proj_1]" for a list. */
    log: () => requests.map(({ kind, id, at }) => `${at} ${kind === "list" ? `[${id}]` : id}`),

    /** Requests that are neither answered nor aborted. */
    open: () => requests.filter((request) => request.state === "open").length,

    flush,

    /** Lets so much time pass, and everything happen in it. */
    async advance(ms) {
      let over = false;
      setTimeout(() => {
        over = true;
      }, ms);
      while (!over) {
        await flush();
        clock.next();
      }
      for (let turn = 0; turn < 4; turn++) {
        await flush();
        clock.tick(0);
      }
    },

    /** Runs a promise to its end, however long that takes; `at` is when it ended. */
    async run(promise) {
      const outcome = outcomeOf(promise);
      await flush();
      for (let turn = 0; outcome.state === "pending"; turn++) {
        assert.notEqual(clock.countTimers(), 0, "nothing is going to happen any more");
        assert.ok(turn < 100_000, "no end in sight");
        clock.next();
        await flush();
      }
      return { ...outcome, at: outcome.at - START };
    },

    /** Nothing is left over, and a day later nothing more has happened. */
    async nothingAfter(...counts) {
      await flush();
      assert.equal(clock.countTimers(), 0, "timers left");
      assert.equal(this.open(), 0, "requests left in flight");
      assert.deepEqual(getEventListeners(abort.signal, "abort"), [], "listeners left on the caller's signal");
      const count = () => JSON.stringify([requests, ...counts.map((each) => each.length)]);
      const before = count();
      await this.advance(86_400_000);
      assert.equal(count(), before, "something happened afterwards");
    },
  };
}

function deferred() {
  const ends = {};
  ends.promise = new Promise((resolve, reject) => Object.assign(ends, { resolve, reject }));
  return ends;
}
