// One connection: a client, the project it follows, the job that is open, the wait for it.

import { isTerminal } from "/pkg/index.mjs";
import { alarm, announce, announceChanges } from "./announce.js";
import { note, noteJobs } from "./log.js";
import { isEmulator, isOwnServer } from "./server.js";
import { changed, NO_JOB, NO_PROJECT, state } from "./store.js";
import { cancel, connect, followJob, followProject, resume, waitFor } from "./ten-lines.js";
import { inWords } from "./words.js";

/** The emulator is a server of one's own, so polls may be as near as its fast clock asks for. */
const OWN_FLOOR_MS = 500;
const OWN_POLLING = { minIntervalMs: 1_000, maxIntervalMs: 5_000 };

let client = null;

/** Leaves the present connection and begins one to `state.target`. */
export function start() {
  stop();
  const { address, apiKey, projectId } = state.target;
  const own = isEmulator() && isOwnServer(address);
  state.jobs = [];
  state.byId = new Map();
  state.list = { text: "", show: "all", page: 0, heldIds: null };
  const link = { now: NO_PROJECT, retry: null, polls: 0, polling: own ? OWN_POLLING : {} };
  state.link = link;
  const options = { baseUrl: address, onEvent };
  // A key held by a page is for the emulator and for trying out; whoever opens the page can read it.
  if (apiKey !== "") options.apiKey = () => apiKey;
  if (own) options.pollFloorMs = OWN_FLOOR_MS;
  try {
    client = connect(options);
    followProject(client, projectId, link.polling, (now) => link === state.link && show(now));
  } catch (error) {
    show({ ...NO_PROJECT, status: "failed", error });
  }
  if (state.route.id !== null) openJob(state.route.id);
  changed();
}

/** Ends the connection and whatever polls for it. */
function stop() {
  closeJob();
  state.link = { ...state.link, now: NO_PROJECT };
  client?.close();
  client = null;
}

/** Takes in how the project stands. */
function show(now) {
  const { link } = state;
  const before = link.now;
  const troubled = before.error !== null || link.retry !== null;
  Object.assign(link, { now, retry: null });
  if (now.status === "failed") {
    const { title, advice } = problem(now.error);
    alarm(`${title}. ${advice}`);
  } else if (now.error !== null) {
    if (!troubled) goesOn(now.error);
  } else if (now.updatedAt !== before.updatedAt) {
    link.polls += 1;
    noteJobs(now.jobs.length);
    if (troubled) announce("Connected again.");
    else if (before.updatedAt === null) announce(`Connected. ${now.jobs.length} jobs.`);
    else if (now.jobs !== state.jobs) announceChanges(now.jobs, state.byId);
    if (now.jobs !== state.jobs) {
      state.jobs = now.jobs;
      state.byId = new Map(now.jobs.map((job) => [job.id, job]));
      now.jobs.forEach(noteStatus);
    }
  }
  changed();
}

/** What went wrong with the project, in words. */
export const problem = (error) => inWords(error, "project", !isOwnServer(state.target.address));

const goesOn = (error) => announce(`${problem(error).title}. The client goes on trying.`);

function noteStatus({ id, status, updatedAt }) {
  const seen = state.seen.get(id) ?? [];
  if (seen.at(-1)?.status !== status) state.seen.set(id, [...seen, { status, at: updatedAt }]);
}

// What a poll that failed has to say comes with the store; that an attempt of it is made again, only from here.
function onEvent(event) {
  note(event);
  const { link } = state;
  if (event.type === "retry" && link.now.status !== "failed") {
    if (link.retry === null && link.now.error === null) goesOn(event.error);
    link.retry = { error: event.error, at: Date.now() + event.delayMs };
  }
  changed();
}

addEventListener("offline", () => {
  announce("You are offline. The client goes on trying.");
  changed();
});
addEventListener("online", changed);

/** Follows one job more closely: its time left, and when it is asked for next. */
export function openJob(id) {
  closeJob();
  const open = { ...state.open, id };
  state.open = open;
  changed();
  const known = state.byId.get(id);
  if (client === null || (known && isTerminal(known))) return;
  if (state.route.state) waitForOpenJob(state.route.state);
  open.end = followJob(client, id, state.link.polling, (now) => {
    open.now = now;
    if (now.job !== null) noteStatus(now.job);
    changed();
  });
}

/** Stops following the open job, and the wait for it. */
export function closeJob() {
  state.open.end();
  endWait(ABORTED);
  state.open = { id: null, now: NO_JOB, end() {}, wait: null };
}

/** Waits for the open job to end, as a program would; with a state it goes on with another's wait. */
export async function waitForOpenJob(given) {
  const { open } = state;
  const wait = { stop: new AbortController(), startedAt: Date.now(), polls: 0, nextPollAt: null, outcome: null };
  wait.state = given;
  open.wait = wait;
  changed();
  const onPoll = (update) => {
    wait.polls = update.poll;
    wait.startedAt = Date.now() - update.elapsedMs;
    wait.nextPollAt = update.nextPollMs === null ? null : Date.now() + update.nextPollMs;
    wait.state = update.state;
    changed();
  };
  try {
    const options = { ...state.link.polling, onPoll, state: given, signal: wait.stop.signal };
    const job = await waitFor(client, open.id, options);
    wait.outcome = { kind: "done", status: job.status };
    noteStatus(job);
  } catch (error) {
    const { aborted, reason } = wait.stop.signal;
    wait.outcome = aborted ? { kind: reason } : { kind: "failed", ...inWords(error, "job") };
  }
  wait.tookMs = Date.now() - wait.startedAt;
  if (state.open.wait === wait && wait.outcome.kind === ABORTED) announce("Wait aborted.");
  if (state.open.wait === wait && wait.outcome.kind === HANDED_OVER) announce("Wait handed over.");
  changed();
}

/** Has a blocked job go on, once there are credits; rejects with what the server says against it. */
export const resumeJob = (id) => resume(client, id);

/** Asks a job to stop. */
export const cancelJob = (id) => cancel(client, id);

export const ABORTED = "aborted";
export const HANDED_OVER = "handed over";

/** Ends the wait for the open job: it is `ABORTED` or `HANDED_OVER`. */
export function endWait(how) {
  state.open.wait?.stop.abort(how);
}
