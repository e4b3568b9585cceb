// One job, closely: how far it is, what to do, the wait for it, its files and the statuses seen.

import { html, nothing } from "/lib/lit-html/lit-html.js";
import { hasResult, isBlocked, isTerminal, progress } from "/pkg/index.mjs";
import { dateAndTime, duration, inTime, percent, plural, roughly, timeOfDay } from "../format.js";
import { orderJob } from "../lab.js";
import { isOwnEmulator, now } from "../server.js";
import { ABORTED, endWait, HANDED_OVER, lasted, listed, waitForOpenJob } from "../session.js";
import { nameOf, statusOf } from "../statuses.js";
import { state } from "../store.js";
import { inWords } from "../words.js";
import { bar, chip, creditsText, pages } from "./parts.js";

function timeLeft(job, { etaMs, updatedAt }) {
  if (isTerminal(job)) return ["Ended", timeOfDay(job.completedAt ?? job.updatedAt)];
  if (isBlocked(job)) return ["Time left", "waits for credits"];
  if (etaMs === null) return ["Time left", "not known yet"];
  // The estimate was made at the last poll; it goes on running.
  return ["Time left", `about ${duration(Math.max(1_000, etaMs - (Date.now() - updatedAt)))}`];
}

function howFar(job, stands) {
  const part = progress(job);
  const [endName, end] = timeLeft(job, stands);
  return html`
    <section class="card far" aria-label="Progress">
      <div class="head"><strong>${part === null ? "–" : percent(part)}</strong><span>${pages(job)}</span></div>
      ${bar(job, "Progress")}
      <dl class="facts">
        <div><dt>${endName}</dt><dd>${end}</dd></div>
        <div><dt>Next poll</dt><dd>${isTerminal(job) ? "none: it has ended" : inTime(stands.nextPollAt)}</dd></div>
        <div><dt>Credits so far</dt><dd>${creditsText(job)}</dd></div>
        <div><dt>Age</dt><dd>${roughly(now() - Date.parse(job.createdAt))}</dd></div>
      </dl>
    </section>`;
}

const isLink = (url) => url !== null && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

function whatNow(job) {
  if (isBlocked(job)) {
    return ["Add credits to your Plangrep account, then resume the job. It stays as it is until then."];
  }
  if (job.status === "failed") {
    const { code, message } = job.error ?? {};
    return [message ?? "The server does not say why.", code ? html`Error code: <code>${code}</code>` : nothing];
  }
  if (job.status === "expired") return ["It was not completed in time. Start a new job with the same files."];
  if (job.status === "cancelled") return ["Somebody asked for it to stop. Start a new job if that was a mistake."];
  if (!hasResult(job)) return ["There is nothing for you to do."];
  return [`Whoever has the link can read the result, until ${dateAndTime(job.expiresAt)}.`];
}

function orders(job) {
  if (isTerminal(job)) return nothing;
  const { lab } = state;
  const own = isOwnEmulator();
  const act = (what, text, kind) =>
    html`<button class=${kind} ?disabled=${lab.busy} @click=${() => orderJob(job.id, what)}>${text}</button>`;
  const resumes = own ? act("credit", "Add credits and resume", "") : act("resume", "Resume", "");
  const blocks = own ? act("block", "Take its credits away", "secondary outline") : nothing;
  return html`${isBlocked(job) ? resumes : blocks} ${act("cancel", "Cancel job", "secondary outline")}
    ${own ? nothing : html`<p class=${lab.failed ? "note bad" : "note"}>${lab.note}</p>`}`;
}

function advice(job) {
  const { description } = statusOf(job.status);
  const [text, detail] = whatNow(job);
  return html`
    <section class="card now ${statusOf(job.status).tone}" aria-labelledby="now-title">
      <h2 id="now-title">${isTerminal(job) ? "What next" : isBlocked(job) ? "It waits for you" : "Now"}</h2>
      <p>${description} ${text}</p>
      <p class="detail">${detail ?? nothing}</p>
      <div class="acts">
        ${isLink(job.resultUrl) ? html`<a class="go" href=${job.resultUrl} target="_blank" rel="noopener noreferrer">Open the result</a>` : nothing}
        ${orders(job)}
      </div>
    </section>`;
}

function outcomeOf({ outcome, poll }) {
  const after = `after ${duration(outcome.tookMs)} and ${plural(poll, "poll")}`;
  if (outcome.kind === "done") return `It resolved ${after}: ${statusOf(outcome.status).label.toLowerCase()}.`;
  if (outcome.kind === HANDED_OVER) return `Handed over ${after}. All that another needs is this text:`;
  if (outcome.kind === ABORTED) return `Aborted ${after}. Nothing polls for it any more.`;
  return `${outcome.title}. ${outcome.advice}`;
}

function waitText(wait) {
  if (wait === null)
    return "A promise for the finished job. It shares its requests with everything else that polls here.";
  if (wait.outcome !== null) return outcomeOf(wait);
  const next = inTime(wait.at + wait.nextPollMs);
  return `Waiting for ${duration(lasted(wait))}, ${plural(wait.poll, "poll")} so far, the next ${next}.`;
}

function handOver(event) {
  // It goes; the keyboard's focus does not go with it.
  event.currentTarget.previousElementSibling.focus();
  endWait(HANDED_OVER);
}

const handedOver = ({ state: text }) => `#/jobs/${encodeURIComponent(state.open.id)}/${encodeURIComponent(text)}`;

function waiting(wait) {
  const active = wait !== null && wait.outcome === null;
  const over = wait?.outcome?.kind === HANDED_OVER;
  // One button that changes its meaning: the keyboard's focus stays where it is.
  return html`
    <section class="card wait" aria-labelledby="wait-title">
      <h2 id="wait-title"><code>waitForJob()</code></h2>
      <p>${waitText(wait)}</p>
      ${over ? html`<p class="state"><code>${wait.state}</code></p>` : nothing}
      <div class="acts">
        <button class=${active ? "secondary" : ""} @click=${() => (active ? endWait(ABORTED) : waitForOpenJob())}>${active ? "Abort the wait" : "Wait for it"}</button>
        ${active && wait.state ? html`<button class="secondary outline" @click=${handOver}>Hand over</button>` : nothing}
        ${over ? html`<a class="go" href=${handedOver(wait)} target="_blank" rel="noopener">Go on in another tab</a>` : nothing}
      </div>
    </section>`;
}

function files(job) {
  return html`
    <section class="card files" aria-labelledby="files-title">
      <h2 id="files-title">Files</h2>
      ${job.files.length === 0 ? html`<p class="quiet">None received yet.</p>` : nothing}
      <ul role="list">${job.files.map((file) => html`<li><span>${file.fileName}</span> <small>${file.status.replaceAll("_", " ")}</small></li>`)}</ul>
    </section>`;
}

function timeline(job) {
  const seen = state.seen.get(job.id) ?? [];
  return html`
    <section class="card" aria-labelledby="seen-title">
      <h2 id="seen-title">Statuses seen</h2>
      <ol role="list" class="timeline">
        <li><time datetime=${job.createdAt}>${timeOfDay(job.createdAt)}</time> <span>Created</span></li>
        ${seen.map(({ status, at }) => html`<li><time datetime=${at}>${timeOfDay(at)}</time> ${chip(status)}</li>`)}
      </ol>
    </section>`;
}

/** The view of the open job. */
export function jobView() {
  const { open, route } = state;
  // The store of a job knows what the list has shown, and more.
  const job = open.now.job ?? listed(route.id);
  const back = html`<p class="back"><a href="#/jobs">← All jobs</a></p>`;
  if (job === undefined) {
    const { title, advice: text } = (open.now.error && inWords(open.now.error, "job")) ?? {
      title: "Looking for the job",
      advice: "Asking the server.",
    };
    return html`${back}<h1 tabindex="-1">${title}</h1><section class="card"><p>${text}</p></section>`;
  }
  return html`
    ${back}
    <div class="title"><h1 tabindex="-1">${nameOf(job)}</h1>${chip(job.status)}</div>
    <p class="quiet"><code>${job.id}</code>, created ${dateAndTime(job.createdAt)}, expires ${dateAndTime(job.expiresAt)}</p>
    ${howFar(job, open.now)}
    <div class="pair">${advice(job)}${waiting(open.wait)}</div>
    <div class="pair">${files(job)}${timeline(job)}</div>`;
}
