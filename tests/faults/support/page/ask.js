// One call of a client, from its begin to some time after its end, told as plain data: the same in every runtime.

import { outcomeWithin, pause } from "./within.js";

/** How each way asks; what a poll gave is added to `updates`. */
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
 * Asks in one way with a client of these `settings`, about these `ids`; after `abortAfterMs`, if given, the caller
 * leaves.
 * @returns `value`, `error` (its fields; `ours`: it is of this package; `aborted`: it is the caller's reason) or
 *   `hangs`; the client's `events`, each with its time, and the `updates`; and how many of both came `late`: in the
 *   `pauseMs` after the end.
 */
export async function ask({ PlangrepClient, PlangrepError }, { way, settings, ids, options, abortAfterMs, pauseMs }) {
  const reason = new Error("enough");
  const told = (error) => ({
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
    events.push({ ...event, ...(error && { error: told(error) }), atMs: performance.now() });

  const client = new PlangrepClient({ ...settings, onEvent });
  const leave = new AbortController();
  if (abortAfterMs !== undefined) setTimeout(() => leave.abort(reason), abortAfterMs);
  const { value, error, hangs } = await outcomeWithin(
    CALLS[way](client, ids, { ...options, signal: leave.signal }, updates),
  );
  const happened = events.length + updates.length;
  await pause(pauseMs);
  const late = events.length + updates.length - happened;
  client.close();
  return { value, error: error && told(error), hangs, events, updates, late };
}
