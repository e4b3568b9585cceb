// What the project's jobs cost: in all, by status, and job by job.

import { html } from "/lib/lit-html/lit-html.js";
import { count, plural } from "../format.js";
import { nameOf } from "../statuses.js";
import { state } from "../store.js";
import { chip, creditsOf, tile } from "./parts.js";
import { creditsPicture } from "./picture.js";

/** How many jobs the picture and its table show. */
const DRAWN = 60;

const statusRow =
  (whole) =>
  ([status, { jobs, creditsDebited, successfulPageCount }]) =>
    html`
  <tr>
    <th scope="row">${chip(status)}</th>
    <td class="number">${count(jobs)}</td>
    <td class="number wide">${count(successfulPageCount)}</td>
    <td class="number">${count(creditsDebited)}</td>
    <td class="number wide">${whole === 0 ? "–" : `${Math.round((100 * creditsDebited) / whole)} %`}</td>
  </tr>`;

const jobRow = (job) => html`
  <tr>
    <th scope="row"><a href="#/jobs/${encodeURIComponent(job.id)}">${nameOf(job)}</a></th>
    <td>${chip(job.status)}</td>
    <td class="number">${count(creditsOf(job))}</td>
  </tr>`;

/** The view. */
export function billingView() {
  const { jobs, billing: all } = state.project;
  const newest = jobs.slice(0, DRAWN);
  const perPage = all.successfulPageCount === 0 ? "–" : (all.creditsDebited / all.successfulPageCount).toFixed(1);
  const title = jobs.length > DRAWN ? `Credits of the newest ${DRAWN} jobs` : "Credits per job";
  return html`
    <h1 tabindex="-1" class="unseen">Billing</h1>
    <dl class="tiles">
      ${tile("Credits", count(all.creditsDebited), "debited")}
      ${tile("Jobs", count(all.jobs), plural(Object.keys(all.byStatus).length, "status", "statuses"))}
      ${tile("Pages done", count(all.successfulPageCount), `of ${count(all.pageCount)}`)}
      ${tile("Credits per page", perPage, "on average")}
    </dl>
    <section class="card" aria-labelledby="picture-title">
      <h2 id="picture-title">${title}</h2>
      ${creditsPicture(newest)}
      <details>
        <summary>The same as a table</summary>
        <table>
          <caption class="unseen">${title}</caption>
          <thead><tr><th scope="col">Job</th><th scope="col">Status</th><th scope="col" class="number">Credits</th></tr></thead>
          <tbody>${newest.map(jobRow)}</tbody>
        </table>
      </details>
    </section>
    <section class="card" aria-labelledby="by-status-title">
      <h2 id="by-status-title">By status</h2>
      <table class="statuses">
        <caption class="unseen">Jobs, pages and credits by status</caption>
        <thead><tr><th scope="col">Status</th><th scope="col" class="number">Jobs</th><th scope="col" class="number wide">Pages done</th>
          <th scope="col" class="number">Credits</th><th scope="col" class="number wide">Share</th></tr></thead>
        <tbody>${Object.entries(all.byStatus).map(statusRow(all.creditsDebited))}</tbody>
        <tfoot><tr><th scope="row">All</th><td class="number">${count(all.jobs)}</td><td class="number wide">${count(all.successfulPageCount)}</td>
          <td class="number">${count(all.creditsDebited)}</td><td class="number wide"></td></tr></tfoot>
      </table>
    </section>`;
}
