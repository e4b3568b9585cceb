// How the connection stands, in one place of fixed height: nothing moves when it changes.

import { html, nothing } from "/lib/lit-html/lit-html.js";
import { inTime, plural } from "../format.js";
import { isEmulator } from "../server.js";
import { problem, start } from "../session.js";
import { state } from "../store.js";
import { showConnection } from "./connection.js";
import { sign } from "./parts.js";

const VIEWS = {
  idle: () => ({ tone: "calm", name: "dots", title: "Not connected", text: "Choose a server and a project to begin." }),
  loading: () => ({ tone: "run", name: "dots", title: "Connecting", text: "Asking for the project's jobs." }),
  live: ({ jobs, nextPollAt }) => ({
    tone: "good",
    name: "check",
    title: `Live: ${plural(jobs.length, "job")}`,
    text: `${plural(state.link.polls, "poll")} so far, one request each, however many jobs.`,
    next: `next poll ${inTime(nextPollAt)}`,
  }),
  failed: ({ error }) => {
    const { title, advice } = problem(error);
    return { tone: "bad", name: "cross", title, text: advice };
  },
};

const OFFLINE = {
  tone: "warn",
  name: "partly",
  title: "You are offline",
  text: "The client waits, and polls at once when you are back.",
};

/** A failure that the client survives: `at` is when it tries again. */
function troubled(error, at) {
  const { title, advice } = problem(error);
  const mended = isEmulator() && state.lab.network !== "works";
  return {
    tone: "warn",
    name: "partly",
    title,
    text: mended ? "You broke the network under “Try it”: set it to “Works” and see." : advice,
    next: `trying again ${inTime(at)}`,
  };
}

function shownOf({ project, link: { retry } }) {
  const { status, error, nextPollAt } = project;
  if (status === "failed" || status === "idle") return VIEWS[status](project);
  if (!navigator.onLine) return OFFLINE;
  if (retry !== null) return troubled(retry.error, retry.at);
  return error === null ? VIEWS[status](project) : troubled(error, nextPollAt);
}

/** The strip above every view. */
export function stripView() {
  const shown = shownOf(state);
  return html`
    <section class="strip ${shown.tone}" aria-label="Connection">
      <span class="round">${sign(shown.name)}</span>
      <div class="words"><h2>${shown.title}</h2><p>${shown.text}</p></div>
      <p class="next">${shown.next ?? nothing}</p>
      ${state.project.status === "failed" ? html`<div class="acts"><button @click=${start}>Try again</button><button class="secondary" @click=${showConnection}>Change connection</button></div>` : nothing}
    </section>`;
}
