// One call of a client, from its begin to some time after its end, told as plain data: the same in every runtime.

import { heldDeadline } from "./deadlines.js";
import { outcomeWithin, pause } from "./within.js";

/** How each way calls; what a poll gave is added to `updates`. */
export const CALLS = {
  getJob: (client, { jobId }, options) => client.getJob(jobId, options),
  listJobs: (client, { projectId }, options) => client.listJobs(projectId, options),
  waitForJob: (client, { jobId }, options, updates) =>
    client.waitForJob(jobId, { ...options, onPoll: (update) => updates.push(update) }),
  watchJob: (client, { jobId }, options, updates) =>
    drain(client.watchJob(jobId, { ...options, everyPoll: true }), updates),
  watchProject: (client, { projectId }, options, updates) =>
    drain(client.watchProject(projectId, { ...options, everyPoll: true, stopWhenIdle: true }), updates),
};

/** Reads a watch to its end; gives the last update. */
async function drain(watch, updates) {
  for await (const update of watch) updates.push(update);
  return updates.at(-1);
}

/**
 * Lets the deadline of an attempt pass once the server has sent all that it will, as its log tells, and, where headers
 * are to come first (`headersFirst`), once these are there. Ends when `isOver()`.
 */
async function letStalledPass({ log, headersFirst }, deadline, attempts, isOver) {
  for (; !isOver(); await pause(10)) {
    if (!deadline.isAwaited()) continue;
    const count = attempts.length;
    const { events } = await (await fetch(log)).json();
    const event = events.filter(({ method }) => method !== "OPTIONS")[count - 1];
    const stalls = event?.outcome === "stalled" || (event?.rule && event.bytes > 0);
    if (stalls && (attempts[count - 1].hasHeaders || !headersFirst)) deadline.pass();
  }
}

/**
 * Calls in one way with a client of these `settings`, about these `ids`; after `abortAfterMs`, if given, the caller
 * leaves. `stalls`: the server stalls, so the attempts' deadline passes as soon as it does and not by the clock:
 * `log` is where the emulator lists these requests.
 * @returns `value`, `error` (its fields; `ours`: it is of this package; `aborted`: it is the caller's reason) or
 *   `hangs`; the client's `events`, each with its time, and the `updates`; how many of both came `late`: in the
 *   `pauseMs` after the end; the `most` requests that were in flight at once, until their headers came; and how many
 *   were `abandoned` by the client.
 */
export async function perform(
  { PlangrepClient, PlangrepError },
  { way, settings, ids, options, stalls, abortAfterMs, pauseMs },
) {
  const reason = new Error("enough");
  const factsOf = (error) => ({
    ...error,
    name: error.name,
    message: error.message,
    stack: error.stack,
    ours: PlangrepError.is(error),
    aborted: error === reason,
  });
  const events = [];
  const updates = [];
  const onEvent = ({ error, ...event }) =>
    events.push({ ...event, ...(error && { error: factsOf(error) }), atMs: performance.now() });

  const attempts = [];
  const inFlight = new Set();
  let most = 0;
  let abandoned = 0;
  async function watchedFetch(...args) {
    const attempt = { hasHeaders: false };
    attempts.push(attempt);
    args[1].signal.addEventListener("abort", () => abandoned++, { once: true });
    inFlight.add(attempt);
    most = Math.max(most, inFlight.size);
    try {
      const response = await fetch(...args);
      attempt.hasHeaders = true;
      return response;
    } finally {
      inFlight.delete(attempt);
    }
  }

  const client = new PlangrepClient({ ...settings, fetch: watchedFetch, onEvent });
  const leave = new AbortController();
  if (abortAfterMs !== undefined) setTimeout(() => leave.abort(reason), abortAfterMs);
  const deadline = heldDeadline();
  const timeoutMs = stalls ? deadline.ms : options.timeoutMs;
  const call = CALLS[way](client, ids, { ...options, timeoutMs, signal: leave.signal }, updates);
  let isOver = false;
  const passing = stalls && letStalledPass(stalls, deadline, attempts, () => isOver);
  const { value, error, hangs } = await outcomeWithin(call);
  isOver = true;
  await passing;
  deadline.forget();
  const happened = events.length + updates.length;
  await pause(pauseMs);
  const late = events.length + updates.length - happened;
  client.close();
  return { value, error: error && factsOf(error), hangs, events, updates, late, most, abandoned };
}
