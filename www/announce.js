// What a screen reader is told: what a person would look up for, and no more.

import { isBlocked, isTerminal } from "/pkg/index.mjs";
import { nameOf, statusOf } from "./statuses.js";

/** Announcements that come together are read as one, and no sooner than that after the one before. */
const REST_MS = 2_000;

const polite = document.querySelector("#polite");
const assertive = document.querySelector("#assertive");
let waiting = [];
let timer;

/** Says it when the reader is free. */
export function announce(text) {
  waiting.push(text);
  if (timer === undefined) timer = setTimeout(say, REST_MS / 10);
}

/** Says it at once: something ended that a person has to mend. */
export function alarm(text) {
  assertive.textContent = text;
}

/** Says which jobs ended, were blocked or are new; more than three are only counted. */
export function announceChanges(jobs, before) {
  const known = new Map(before.map((job) => [job.id, job]));
  const news = jobs.filter((job) => {
    const old = known.get(job.id);
    return old === undefined || (old.status !== job.status && (isTerminal(job) || isBlocked(job)));
  });
  if (news.length > 3) announce(`${news.length} jobs have changed.`);
  else
    for (const job of news) announce(`Job ${nameOf(job)}: ${known.has(job.id) ? statusOf(job.status).label : "new"}.`);
}

function say() {
  polite.textContent = waiting.join(" ");
  waiting = [];
  timer = setTimeout(() => {
    timer = undefined;
    if (waiting.length > 0) say();
  }, REST_MS);
}
