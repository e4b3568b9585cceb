// Small parts that several views use.

import { html, svg } from "/lib/lit-html/lit-html.js";
import { progress } from "/pkg/index.mjs";
import { count, percent } from "../format.js";
import { statusOf } from "../statuses.js";

const SIGNS = {
  check: svg`<path d="m4 8.5 2.7 2.7L12 5.5" />`,
  partly: svg`<path d="M8 3.6v5.2M8 11.9v.1" />`,
  cross: svg`<path d="m4.5 4.5 7 7m0-7-7 7" />`,
  slash: svg`<circle cx="8" cy="8" r="5" /><path d="m4.5 11.5 7-7" />`,
  clock: svg`<circle cx="8" cy="8" r="5.2" /><path d="M8 5v3.2l2 1.3" />`,
  pause: svg`<path d="M5.7 4.2v7.6M10.3 4.2v7.6" />`,
  run: svg`<path d="M5.5 4v8l6.5-4z" />`,
  dots: svg`<path d="M3.6 8v.01M8 8v.01M12.4 8v.01" />`,
  unknown: svg`<path d="M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.5M8 12v.01" />`,
};

/** A small picture beside words that say the same. */
export const sign = (name) => html`<svg class="sign" viewBox="0 0 16 16" aria-hidden="true">${SIGNS[name]}</svg>`;

/** A status: sign, words, tone. */
export function chip(status) {
  const { label, sign: name, tone, description } = statusOf(status);
  return html`<span class="chip ${tone}" title=${description}>${sign(name)}<span>${label}</span></span>`;
}

/** How far a job is, as a bar and in words; empty while its pages are not counted. */
export function bar(job, label) {
  const part = progress(job);
  const { tone } = statusOf(job.status);
  return html`<progress class=${tone} max="1" .value=${part ?? 0} aria-label=${label} aria-valuetext=${part === null ? "not known yet" : percent(part)}></progress>`;
}

/** "12 of 40 pages". */
export function pages(job) {
  if (progress(job) === null) return job.pageCount === 0 ? "no pages" : "pages not counted yet";
  return `${count(job.successfulPageCount)} of ${count(job.pageCount)} pages`;
}

/** What a job has cost so far; null where the server does not say. */
export const creditsOf = (job) => job.billing?.creditsDebited ?? null;

/** The same in words. */
export const creditsText = (job) => (creditsOf(job) === null ? "–" : count(creditsOf(job)));

/** A number with what it counts. */
export const tile = (label, value, extra = "") => html`
  <div class="tile"><dt>${label}</dt><dd>${value}<small>${extra}</small></dd></div>`;
