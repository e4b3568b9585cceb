// One connection: a client, the project it follows, the job that is open, the wait for it.

import { isTerminal } from "/pkg/index.mjs";
import { alarm, announce, announceChanges } from "./announce.js";
import { note, noteJobs } from "./log.js";
import { isOwnEmulator, isOwnServer } from "./server.js";
import { ALL, changed, NO_OPEN, NO_PROJECT, state } from "./store.js";
import { connect, followJob, followProject, waitFor } from "./ten-lines.js";
import { inWords } from "./words.js";

/** The emulator is a server of one's own, so polls may be as near as its fast clock asks for. */
const OWN_FLOOR_MS = 500;
const OWN_POLLING = { minIntervalMs: 1_000, maxIntervalMs: 5_000 };

export let client = null;

/** Leaves the present connection and begins one to `state.target`. */
export function start() {
  closeJob();
  client?.close();
  client = null;
  const { address, apiKey, projectId } = state.target;
  const own = isOwnEmulator();
  state.project = NO_PROJECT;
  state.list = { ...ALL };
  const link = { retry: null, polls: 0, polling: own ? OWN_POLLING : {} };
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

/** Takes in how the project stands. */
function show(now) {
  const { link, project: before } = state;
  const troubled = before.error !== null || link.retry !== null;
  state.project = now;
  link.retry = null;
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
    else if (now.jobs !== before.jobs) announceChanges(now.jobs, before.jobs);
    if (now.jobs !== before.jobs) now.jobs.forEach(noteStatus);
  }
  changed();
}

/** What went wrong with the project, in words. */
export const problem = (error) => inWords(error, "project", !isOwnServer());

const goesOn = (error) => announce(`${problem(error).title}. The client goes on trying.`);

function noteStatus({ id, status, updatedAt }) {
  const seen = state.seen.get(id) ?? [];
  if (seen.at(-1)?.status !== status) state.seen.set(id, [...seen, { status, at: updatedAt }]);
}

// What a poll that failed has to say comes with the store; that an attempt of it is made again, only from here.
function onEvent(event) {
  note(event);
  const { link, project } = state;
  if (event.type === "retry" && project.status !== "failed") {
    if (link.retry === null && project.error === null) goesOn(event.error);
    link.retry = { error: event.error, at: Date.now() + event.delayMs };
  }
  changed();
}

addEventListener("offline", () => {
  announce("You are offline. The client goes on trying.");
  changed();
});
addEventListener("online", changed);

/** Follows one job more closely: its time left, and when it is requested next. */
export function openJob(id) {
  closeJob();
  const open = { ...state.open, id };
  state.open = open;
  changed();
  const known = listed(id);
  if (client === null || (known && isTerminal(known))) return;
  if (state.route.state) waitForOpenJob(state.route.state);
  open.end = followJob(client, id, state.link.polling, (now) => {
    open.now = now;
    if (now.job !== null) noteStatus(now.job);
    changed();
  });
}

/** A job as the project's list has it. */
export const listed = (id) => state.project.jobs.find((job) => job.id === id);

/** Stops following the open job, and the wait for it. */
export function closeJob() {
  state.open.end();
  endWait(ABORTED);
  state.open = NO_OPEN;
}

/** Waits for the open job to end, as a program would; with a state it goes on with another's wait. */
export async function waitForOpenJob(given) {
  const { open } = state;
  const stop = new AbortController();
  // What a poll has shown of it, and when.
  const wait = { poll: 0, elapsedMs: 0, nextPollMs: 0, state: given, at: Date.now(), stop, outcome: null };
  open.wait = wait;
  changed();
  const onPoll = (update) => {
    Object.assign(wait, update, { at: Date.now() });
    changed();
  };
  try {
    const options = { ...state.link.polling, onPoll, state: given, signal: stop.signal };
    const job = await waitFor(client, open.id, options);
    wait.outcome = { kind: "done", status: job.status };
    noteStatus(job);
  } catch (error) {
    const { aborted, reason } = stop.signal;
    wait.outcome = aborted ? { kind: reason } : { kind: "failed", ...inWords(error, "job") };
    if (aborted && state.open.wait === wait) announce(`Wait ${reason}.`);
  }
  wait.outcome.tookMs = lasted(wait);
  changed();
}

/** How long a wait has lasted, in this tab and before. */
export const lasted = ({ elapsedMs, at }) => elapsedMs + Date.now() - at;

export const ABORTED = "aborted";
export const HANDED_OVER = "handed over";

/** Ends the wait for the open job: it is `ABORTED` or `HANDED_OVER`. */
export function endWait(how) {
  state.open.wait?.stop.abort(how);
}
