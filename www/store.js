// What the page knows, in one object; whoever changes it has a new picture made of it.

import { summarizeBilling } from "/pkg/index.mjs";

/** As the client's stores say it before anything is known. */
const NOTHING = { status: "idle", nextPollAt: null, error: null, updatedAt: null };
export const NO_PROJECT = { ...NOTHING, jobs: [], current: null, billing: summarizeBilling([]) };
const NO_JOB = { ...NOTHING, job: null, etaMs: null };

/** No job is open: how one stands, what ends the following, and the wait for it. */
export const NO_OPEN = { id: null, now: NO_JOB, end() {}, wait: null };
/** The list as it is at first. */
export const ALL = { text: "", show: "all", page: 0, held: null };

export const state = {
  /** What serves the page; see server.js. */
  server: { mode: "unknown", apiKey: "", projects: [], clock: null },
  /** What to connect to, as filled in. */
  target: { address: location.origin, apiKey: "", projectId: "" },
  /** How the project stands, as its store has it. */
  project: NO_PROJECT,
  /** What the store does not say of the connection; see session.js. */
  link: { retry: null, polls: 0, polling: {} },
  /** Statuses seen since the page was opened, by job: [{ status, at }]. */
  seen: new Map(),
  list: { ...ALL },
  open: NO_OPEN,
  lab: { network: "works", busy: false, note: "", failed: false },
  log: { rows: [], requests: 0, lists: 0, retries: 0 },
  code: null,
  route: { view: "jobs", id: null },
};

let draw = () => {};
let due = false;

/** Says what draws the page. */
export function drawWith(callback) {
  draw = callback;
}

/** Draws the page before the next frame, once, however often it is called. */
export function changed() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    draw();
  });
}
