// How the connection stands, in one place of fixed height: nothing moves when it changes.

import { html, nothing } from "/lib/lit-html/lit-html.js";
import { duration, plural } from "../format.js";
import { isEmulator } from "../server.js";
import { start } from "../session.js";
import { state } from "../store.js";
import { showConnection } from "./connection.js";
import { sign } from "./parts.js";

const inTime = (at) => duration(at - performance.now());

const VIEWS = {
  idle: () => ({ tone: "calm", name: "dots", title: "Not connected", text: "Choose a server and a project to begin." }),
  connecting: () => ({ tone: "run", name: "dots", title: "Connecting", text: "Asking for the project's jobs." }),
  live: ({ nextPollAt, polls }) => ({
    tone: "good",
    name: "check",
    title: `Live: ${plural(state.jobs.length, "job")}`,
    text: `${plural(polls, "poll")} so far, one request each, however many jobs.`,
    next: nextPollAt === null ? "polling now" : `next poll in ${inTime(nextPollAt)}`,
  }),
  ended: ({ error }) => ({ tone: "bad", name: "cross", title: error.title, text: error.advice }),
};

function troubled({ trouble }) {
  const mended = isEmulator() && state.lab.network !== "works";
  return {
    tone: "warn",
    name: "partly",
    title: trouble.title,
    text: mended ? "You broke the network under “Try it”: set it to “Works” and see." : trouble.advice,
    next: trouble.waits
      ? nothing
      : trouble.until === null
        ? "trying again"
        : `trying again in ${inTime(trouble.until)}`,
  };
}

/** The strip above every view. */
export function stripView() {
  const { link } = state;
  const shown = link.trouble === null ? VIEWS[link.phase](link) : troubled(link);
  return html`
    <section class="strip ${shown.tone}" aria-label="Connection">
      <span class="round">${sign(shown.name)}</span>
      <div class="words"><h2>${shown.title}</h2><p>${shown.text}</p></div>
      <p class="next">${shown.next ?? nothing}</p>
      ${link.phase === "ended" ? html`<div class="acts"><button @click=${start}>Try again</button><button class="secondary" @click=${showConnection}>Change connection</button></div>` : nothing}
    </section>`;
}
