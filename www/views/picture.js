// Credits per job as a bar chart. The bars stretch with the page; the words stay words, outside of the picture.

import { html, svg } from "/lib/lit-html/lit-html.js";
import { count, plural } from "../format.js";
import { nameOf, statusOf } from "../statuses.js";
import { creditsOf, sign } from "./parts.js";

const HEIGHT = 100;
const SLOT = 10;
const GAP = 2;
/** With few jobs the bars would be slabs. */
const MIN_SLOTS = 16;
const LINES = 4;

/** The next round number that `LINES` steps divide well. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, LINES)));
  return [1, 2, 4, 6, 8, 10].map((step) => step * power).find((top) => top >= value);
}

function column(job, x, top) {
  const credits = creditsOf(job) ?? 0;
  const height = (credits / top) * HEIGHT;
  const { label, tone } = statusOf(job.status);
  return svg`<rect class=${tone} x=${x + GAP / 2} y=${HEIGHT - height} width=${SLOT - GAP} height=${height}>
    <title>${nameOf(job)}: ${plural(credits, "credit")}, ${label}</title></rect>`;
}

/** The picture of these jobs, newest first; drawn from old to new. */
export function creditsPicture(jobs) {
  const drawn = [...jobs].reverse();
  const most = Math.max(0, ...drawn.map((job) => creditsOf(job) ?? 0));
  const top = roundUp(most);
  const width = Math.max(drawn.length, MIN_SLOTS) * SLOT;
  const left = (width - drawn.length * SLOT) / 2;
  const steps = Array.from({ length: LINES + 1 }, (_, step) => (top / LINES) * (LINES - step));
  const present = new Set(drawn.map(({ status }) => statusOf(status).tone));
  const tones = Object.keys(TONES).filter((tone) => present.has(tone));
  return html`
    <figure class="picture">
      <ol class="scale" role="list" aria-hidden="true">${steps.map((step) => html`<li>${count(step)}</li>`)}</ol>
      <svg viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" role="img"
        aria-label="Bar chart: credits of ${plural(drawn.length, "job")}, from the oldest to the newest; the most is ${count(most)}. The same is below as a table.">
        ${steps.map((_, step) => svg`<line x1="0" x2=${width} y1=${(HEIGHT / LINES) * step} y2=${(HEIGHT / LINES) * step}></line>`)}
        ${drawn.map((job, index) => column(job, left + index * SLOT, top))}
      </svg>
      <figcaption><span>older</span><ul role="list">${tones.map((tone) => html`<li class=${tone}>${sign(TONES[tone][0])}${TONES[tone][1]}</li>`)}</ul><span>newer</span></figcaption>
    </figure>`;
}

const TONES = {
  good: ["check", "completed"],
  run: ["run", "running"],
  warn: ["partly", "needs a look"],
  bad: ["cross", "failed"],
  calm: ["slash", "cancelled or expired"],
};
