// The log of requests, made of the client's events.

import { state } from "./store.js";
import { inShort } from "./words.js";

const KEPT = 200;
let number = 0;
/** When the last request was sent. */
let last = null;

/** Whether a URL is that of a project's list of jobs. */
export const isList = (url) => url.endsWith("/jobs");

/** Takes in one event of the client. */
export function note(event) {
  const { log } = state;
  if (event.type === "request") {
    log.requests += 1;
    if (isList(event.url)) log.lists += 1;
    give(event.url);
    const at = performance.now();
    add({ kind: "request", event, what: nameOf(event.url), gapMs: last === null ? null : at - last, outcome: null });
    last = at;
  } else if (event.type === "response") {
    const row = pending(event.url);
    if (row) row.outcome = { status: event.status, durationMs: event.durationMs };
  } else if (event.type === "retry") {
    log.retries += 1;
    const row = pending(event.url);
    if (row) row.outcome = { problem: inShort(event.error) };
    add({ kind: "retry", event, delayMs: event.delayMs, why: inShort(event.error) });
  }
}

/** Takes in how many jobs the newest list had. */
export function noteJobs(jobs) {
  const row = state.log.rows.find(({ kind, event }) => kind === "request" && isList(event.url));
  if (row) row.jobs = jobs;
}

/** Forgets the rows; the counts begin anew. */
export function clearLog() {
  Object.assign(state.log, { rows: [], requests: 0, lists: 0, retries: 0 });
}

// An attempt that was never answered and is not retried has no event of its own.
function give(url) {
  const row = pending(url);
  if (row) row.outcome = { problem: "no answer" };
}

const pending = (url) =>
  state.log.rows.find((row) => row.kind === "request" && row.outcome === null && row.event.url === url);

function add(row) {
  number += 1;
  state.log.rows = [{ number, ...row }, ...state.log.rows.slice(0, KEPT - 1)];
}

const ORDERS = { resume: "Resume Job", cancel: "Cancel Job" };

function nameOf(url) {
  const [before, last] = new URL(url, location.href).pathname.split("/").slice(-2);
  if (isList(url)) return { verb: "List Jobs", id: before };
  return Object.hasOwn(ORDERS, last) ? { verb: ORDERS[last], id: before } : { verb: "Get Job", id: last };
}
