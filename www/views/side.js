// Beside every view: what can be done to the emulator, and what the client does about it.

import { html, nothing } from "/lib/lit-html/lit-html.js";
import { count, exactly, plural, shortId } from "../format.js";
import { KINDS, NETWORKS, SPEEDS, setNetwork, setSpeed, startJobs, startMany } from "../lab.js";
import { clearLog } from "../log.js";
import { isEmulator } from "../server.js";
import { changed, state } from "../store.js";

const MANY = 5_000;

function submitted(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  startJobs(form.get("kind"), Number(form.get("count")));
}

const choice = (name, value, label, checked, pick) => html`
  <label><input type="radio" name=${name} value=${value} .checked=${checked} @change=${() => pick(value)}><span>${label}</span></label>`;

// The usual ones, and the one that the emulator was started with.
const speeds = (clock) => [...new Set([...SPEEDS, clock?.speed ?? 1])].sort((one, other) => one - other);

function labView() {
  const { lab, server } = state;
  return html`
    <section class="card lab" aria-labelledby="lab-title">
      <h2 id="lab-title">Try it</h2>
      <form class="starter" @submit=${submitted}>
        <label>Start a job that
          <select name="kind">${Object.entries(KINDS).map(([kind, label]) => html`<option value=${kind}>${label.toLowerCase()}</option>`)}</select></label>
        <label>How many <input name="count" type="number" min="1" max="100" value="1" required inputmode="numeric"></label>
        <button ?disabled=${lab.busy}>Start</button>
      </form>
      <fieldset class="choices"><legend>The network</legend>
        ${Object.entries(NETWORKS).map(([key, { label }]) => choice("network", key, label, key === lab.network, setNetwork))}
      </fieldset>
      <fieldset class="choices"><legend>Time passes</legend>
        ${speeds(server.clock).map((speed) => choice("speed", speed, `${speed}×`, speed === server.clock?.speed, setSpeed))}
      </fieldset>
      <div class="acts">
        <button class="secondary outline" ?disabled=${lab.busy} @click=${() => startMany(MANY)}>Show ${count(MANY)} jobs</button>
        <p class=${lab.failed ? "note bad" : "note"}>${lab.note}</p>
      </div>
    </section>`;
}

function outcome({ outcome: found }) {
  if (found === null) return html`<span class="calm">waiting…</span>`;
  if (found.problem) return html`<span class="bad">✕ ${found.problem}</span>`;
  const good = found.status < 400;
  return html`<span class=${good ? "good" : "bad"}>${good ? "✓" : "✕"} ${found.status}</span> <small>${exactly(found.durationMs)}</small>`;
}

function about({ event, what, jobs }) {
  const attempt = event.attempt > 1 ? `attempt ${event.attempt}, ` : "";
  return attempt + (jobs === undefined ? shortId(what.id) : plural(jobs, "job"));
}

const entry = (row) =>
  row.kind === "retry"
    ? html`<li class="retry"><span class="gap"></span><span>↻ ${row.why}: again in ${exactly(row.delayMs)}</span></li>`
    : html`<li>
        <small class="gap">${row.gapMs === null ? nothing : `+${exactly(row.gapMs)}`}</small>
        <span>${row.what.verb} <small>${about(row)}</small></span>
        <span class="outcome">${outcome(row)}</span>
      </li>`;

function requestsView() {
  const { log } = state;
  const cleared = () => {
    clearLog();
    changed();
  };
  return html`
    <section class="card requests" aria-labelledby="requests-title">
      <div class="title"><h2 id="requests-title">Requests</h2><button class="secondary outline" @click=${cleared}>Clear</button></div>
      <dl class="counts">
        <div><dt>Sent</dt><dd>${count(log.requests)}</dd></div>
        <div><dt>Lists</dt><dd>${count(log.lists)}</dd></div>
        <div><dt>Retries</dt><dd>${count(log.retries)}</dd></div>
        <div><dt>Jobs</dt><dd>${count(state.project.jobs.length)}</dd></div>
      </dl>
      <ol class="log" role="list" tabindex="0" aria-label="Requests, newest first">${log.rows.slice(0, 60).map(entry)}</ol>
    </section>`;
}

/** The panels. */
export const sideView = () => html`${isEmulator() ? labView() : nothing}${requestsView()}`;
