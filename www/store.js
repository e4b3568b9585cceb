// What the page knows, in one object; whoever changes it asks for a new picture of it.

/** As the client's stores say it before anything is known. */
export const NO_PROJECT = { status: "idle", jobs: [], nextPollAt: null, error: null, updatedAt: null };
export const NO_JOB = { status: "idle", job: null, etaMs: null, nextPollAt: null, error: null, updatedAt: null };

export const state = {
  /** What serves the page; see server.js. */
  server: { mode: "unknown", address: location.origin, apiKey: "", projects: [], clock: null },
  /** What to connect to, as filled in. */
  target: { address: location.origin, apiKey: "", projectId: "" },
  /** How the connection stands; see session.js. */
  link: { now: NO_PROJECT, retry: null, polls: 0, polling: {} },
  /** Newest first, as the server gave them. */
  jobs: [],
  byId: new Map(),
  /** Statuses seen since the page was opened, by job: [{ status, at }]. */
  seen: new Map(),
  list: { text: "", show: "all", page: 0, heldIds: null },
  /** The job that is open: how it stands, what ends the following, and the wait for it. */
  open: { id: null, now: NO_JOB, end() {}, wait: null },
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
