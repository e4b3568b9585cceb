// The project's jobs: totals, and a table of them, a page at a time.

import { html, nothing } from "/lib/lit-html/lit-html.js";
import { isBlocked, isTerminal } from "/pkg/index.mjs";
import { count, plural, roughly, shortId } from "../format.js";
import { now } from "../server.js";
import { GROUPS, nameOf } from "../statuses.js";
import { changed, state } from "../store.js";
import { bar, chip, creditsText, pages, tile } from "./parts.js";

const phone = matchMedia("(max-width: 44rem)");
const perPage = () => (phone.matches ? 10 : 25);

/** The last result of `work`, as long as it is about the same things. */
function remembered(work) {
  let before = [];
  let result;
  return (...about) => {
    if (about.some((each, index) => each !== before[index])) result = work(...about);
    before = about;
    return result;
  };
}

const narrowed = remembered((jobs, text, show, held) => {
  const wanted = text.toLowerCase();
  const matches = (job) => `${nameOf(job)} ${job.id}`.toLowerCase().includes(wanted);
  return jobs.filter((job) => (!held || held.has(job.id)) && GROUPS[show].has(job) && (wanted === "" || matches(job)));
});

function change(what) {
  Object.assign(state.list, { page: 0 }, what);
  changed();
}

// While somebody points at the list or walks through it, no new job moves the rows away. The button that lets them in
// is part of it: on the way there the list stays as it is.
function hold() {
  state.list.held ??= new Set(state.project.jobs.map(({ id }) => id));
}
function release(event) {
  const list = event.currentTarget;
  if (list.matches(":hover") || list.contains(event.relatedTarget)) return;
  letGo();
}
function letGo() {
  state.list.held = null;
  changed();
}

function row(job) {
  const name = nameOf(job);
  const shown = job.externalId ?? shortId(job.id);
  const age = roughly(now() - Date.parse(job.createdAt));
  return html`
    <tr>
      <th scope="row"><a href="#/jobs/${encodeURIComponent(job.id)}">${shown}</a>
        <small class="wide">${job.externalId === null ? "no reference" : job.id}</small>
        <span class="narrow">${chip(job.status)} <small>${age}</small></span></th>
      <td class="wide">${chip(job.status)}</td>
      <td>${bar(job, `Progress of ${name}`)}<small>${pages(job)}</small></td>
      <td class="number wide">${creditsText(job)}</td>
      <td class="number wide">${age}</td>
    </tr>`;
}

function summary() {
  const { billing: all, current } = state.project;
  const sum = (wanted) =>
    Object.entries(all.byStatus).reduce((sum, [status, { jobs }]) => (wanted(status) ? sum + jobs : sum), 0);
  const active = sum((status) => !isTerminal(status) && !isBlocked(status));
  const blocked = sum(isBlocked);
  return html`
    <dl class="tiles">
      ${tile("Running", count(active), current ? html`newest: <a href="#/jobs/${encodeURIComponent(current.id)}">${current.externalId ?? shortId(current.id)}</a>` : "nothing runs")}
      ${tile("Out of credits", count(blocked), blocked > 0 ? "waiting for you" : "none waits")}
      ${tile("Pages done", count(all.successfulPageCount), `of ${count(all.pageCount)}`)}
      ${tile("Credits", count(all.creditsDebited), `by ${plural(all.jobs, "job")}`)}
    </dl>`;
}

function pager(shown, page, last) {
  const from = shown === 0 ? 0 : page * perPage() + 1;
  const to = Math.min(shown, (page + 1) * perPage());
  return html`
    <nav class="pager" aria-label="Pages of the list">
      <p>${count(from)}–${count(to)} of ${count(shown)}</p>
      <button class="secondary outline" ?disabled=${page === 0} @click=${() => change({ page: page - 1 })}>Newer</button>
      <button class="secondary outline" ?disabled=${page >= last} @click=${() => change({ page: page + 1 })}>Older</button>
    </nav>`;
}

function empty() {
  const { status, jobs } = state.project;
  if (status === "loading") return "Asking for the jobs…";
  if (jobs.length > 0) return "No job matches.";
  return status === "live" ? "The project has no jobs yet." : "Nothing to show.";
}

/** The view. */
export function jobsView() {
  const { list, project } = state;
  const { jobs } = project;
  const shown = narrowed(jobs, list.text, list.show, list.held);
  const fresh = list.held ? jobs.length - list.held.size : 0;
  const last = Math.max(0, Math.ceil(shown.length / perPage()) - 1);
  const page = Math.min(list.page, last);
  const rows = shown.slice(page * perPage(), (page + 1) * perPage());
  return html`
    <h1 tabindex="-1" class="unseen">Jobs</h1>
    ${summary()}
    <section class="card list" aria-label="List of jobs">
      <div class="tools">
        <input type="search" aria-label="Find a job" placeholder="Find by reference or id" .value=${list.text} @input=${(event) => change({ text: event.target.value })}>
        <select aria-label="Show" @change=${(event) => change({ show: event.target.value })}>
          ${Object.entries(GROUPS).map(([key, { label }]) => html`<option value=${key} ?selected=${key === list.show}>${label}</option>`)}
        </select>
        ${pager(shown.length, page, last)}
      </div>
      <div class="held" @pointerenter=${hold} @focusin=${hold} @pointerleave=${release} @focusout=${release}>
      <table class="jobs">
        <caption class="unseen">Jobs, newest first</caption>
        <thead><tr><th scope="col">Job</th><th scope="col" class="wide">Status</th><th scope="col">Progress</th>
          <th scope="col" class="number wide">Credits</th><th scope="col" class="number wide">Age</th></tr></thead>
        <tbody>${rows.map(row)}</tbody>
      </table>
      <button class="fresh" ?hidden=${fresh <= 0} @click=${letGo}>Show ${count(fresh)} new</button>
      </div>
      ${rows.length === 0 ? html`<p class="empty">${empty()}</p>` : nothing}
    </section>`;
}
