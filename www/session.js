// One connection: a client, the project it follows, the job that is open, the wait for it.

import { isTerminal } from "/pkg/index.mjs";
import { alarm, announce, announceChanges } from "./announce.js";
import { isList, note, noteJobs } from "./log.js";
import { isEmulator, isOwnServer } from "./server.js";
import { changed, state } from "./store.js";
import { connect, followJob, followProject, waitFor } from "./ten-lines.js";
import { inWords } from "./words.js";

/** An answer that is of use is shown within this time; else it was of none. */
const UNUSABLE_AFTER_MS = 400;

/** The emulator is a server of one's own, so polls may be as near as its fast clock asks for. */
const OWN_FLOOR_MS = 500;
const OWN_POLLING = { minIntervalMs: 1_000, maxIntervalMs: 5_000 };

let client = null;
let projectStop = null;
let jobStop = null;
let unusable;

/** Leaves the present connection and begins one to `state.target`. */
export function start() {
  stop();
  const { address, apiKey, projectId } = state.target;
  const own = isEmulator() && isOwnServer(address);
  state.jobs = [];
  state.byId = new Map();
  state.list = { text: "", show: "all", page: 0, heldIds: null };
  state.link = {
    phase: "connecting",
    error: null,
    trouble: null,
    nextPollAt: null,
    polls: 0,
    polling: own ? OWN_POLLING : {},
  };
  const options = { baseUrl: address, onEvent };
  // A key held by a page is for the emulator and for trying out; whoever opens the page can read it.
  if (apiKey !== "") options.apiKey = () => apiKey;
  if (own) options.pollFloorMs = OWN_FLOOR_MS;
  try {
    client = connect(options);
  } catch (error) {
    ended(error);
    return;
  }
  projectStop = new AbortController();
  const watching = { ...state.link.polling, everyPoll: true, signal: projectStop.signal };
  followed(client, projectId, watching);
  if (state.route.id !== null) openJob(state.route.id);
  changed();
}

/** Ends the connection and whatever polls for it. */
export function stop() {
  closeJob();
  projectStop?.abort();
  clearTimeout(unusable);
  client?.close();
  client = null;
}

async function followed(ours, projectId, options) {
  try {
    await followProject(ours, projectId, options, show);
  } catch (error) {
    if (!options.signal.aborted) ended(error);
  }
}

function show({ jobs, changed: fresh, nextPollMs }) {
  clearTimeout(unusable);
  noteJobs(jobs.length);
  const { link } = state;
  if (link.trouble !== null) announce("Connected again.");
  else if (link.phase === "connecting") announce(`Connected. ${jobs.length} jobs.`);
  if (link.phase === "live") announceChanges(fresh, state.byId);
  Object.assign(link, {
    phase: "live",
    trouble: null,
    polls: link.polls + 1,
    nextPollAt: performance.now() + nextPollMs,
  });
  state.jobs = jobs;
  for (const job of fresh) {
    state.byId.set(job.id, job);
    noteStatus(job);
  }
  changed();
}

function ended(error) {
  clearTimeout(unusable);
  const elsewhere = !isOwnServer(state.target.address);
  Object.assign(state.link, { phase: "ended", trouble: null, error: inWords(error, "project", elsewhere) });
  alarm(`${state.link.error.title}. ${state.link.error.advice}`);
  changed();
}

function noteStatus({ id, status, updatedAt }) {
  const seen = state.seen.get(id) ?? [];
  if (seen.at(-1)?.status !== status) state.seen.set(id, [...seen, { status, at: updatedAt }]);
}

function onEvent(event) {
  note(event);
  const { link } = state;
  if (event.type === "retry") {
    troubled({
      ...inWords(event.error, "project", !isOwnServer(state.target.address)),
      until: performance.now() + event.delayMs,
    });
  } else if (event.type === "request" && isList(event.url)) {
    link.nextPollAt = null;
    if (link.trouble) link.trouble.until = null;
  } else if (event.type === "response" && event.status < 400 && isList(event.url)) {
    clearTimeout(unusable);
    unusable = setTimeout(troubled, UNUSABLE_AFTER_MS, { ...inWords({ code: "invalid_response" }), until: null });
  }
  changed();
}

function troubled(trouble) {
  const { link } = state;
  if (link.phase === "ended") return;
  if (link.trouble === null) announce(`${trouble.title}. The client goes on trying.`);
  link.trouble = trouble;
  changed();
}

addEventListener("offline", () => {
  const advice = "The client waits, and polls at once when you are back.";
  if (client !== null) troubled({ title: "You are offline", advice, until: null, waits: true });
});

/** Follows one job more closely: its time left, and when it is asked for next. */
export async function openJob(id) {
  closeJob();
  const open = { id, update: null, nextPollAt: null, error: null, wait: null };
  state.open = open;
  changed();
  const known = state.byId.get(id);
  if (client === null || (known && isTerminal(known))) return;
  jobStop = new AbortController();
  const { signal } = jobStop;
  const seen = (update) => {
    open.update = update;
    open.nextPollAt = update.nextPollMs === null ? null : performance.now() + update.nextPollMs;
    noteStatus(update.job);
    changed();
  };
  try {
    await followJob(client, id, { ...state.link.polling, everyPoll: true, signal }, seen);
  } catch (error) {
    if (signal.aborted) return;
    open.error = inWords(error, "job");
    changed();
  }
}

/** Stops following the open job, and the wait for it. */
export function closeJob() {
  jobStop?.abort();
  state.open.wait?.stop.abort();
  state.open = { id: null, update: null, nextPollAt: null, error: null, wait: null };
}

/** Waits for the open job to end, as a program would. */
export async function waitForOpenJob() {
  const { open } = state;
  const wait = { stop: new AbortController(), startedAt: performance.now(), polls: 0, nextPollAt: null, outcome: null };
  open.wait = wait;
  changed();
  const onPoll = (update) => {
    wait.polls = update.poll;
    wait.nextPollAt = update.nextPollMs === null ? null : performance.now() + update.nextPollMs;
    changed();
  };
  try {
    const job = await waitFor(client, open.id, { ...state.link.polling, onPoll, signal: wait.stop.signal });
    wait.outcome = { kind: "done", status: job.status };
    noteStatus(job);
  } catch (error) {
    wait.outcome = wait.stop.signal.aborted ? { kind: "aborted" } : { kind: "failed", ...inWords(error, "job") };
  }
  wait.tookMs = performance.now() - wait.startedAt;
  if (state.open.wait === wait && wait.outcome.kind === "aborted") announce("Wait aborted.");
  changed();
}

/** Ends the wait for the open job. */
export function abortWait() {
  state.open.wait?.stop.abort();
}
