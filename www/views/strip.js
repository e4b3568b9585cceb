// How the connection stands, in one place of fixed height: nothing moves when it changes.

import { html, nothing } from "/lib/lit-html/lit-html.js";
import { duration, plural } from "../format.js";
import { isEmulator } from "../server.js";
import { problem, start } from "../session.js";
import { state } from "../store.js";
import { showConnection } from "./connection.js";
import { sign } from "./parts.js";

const inTime = (at) => duration(at - Date.now());

const VIEWS = {
  idle: () => ({ tone: "calm", name: "dots", title: "Not connected", text: "Choose a server and a project to begin." }),
  loading: () => ({ tone: "run", name: "dots", title: "Connecting", text: "Asking for the project's jobs." }),
  live: ({ now: { nextPollAt }, polls }) => ({
    tone: "good",
    name: "check",
    title: `Live: ${plural(state.jobs.length, "job")}`,
    text: `${plural(polls, "poll")} so far, one request each, however many jobs.`,
    next: nextPollAt > Date.now() ? `next poll in ${inTime(nextPollAt)}` : "polling now",
  }),
  failed: ({ now: { error } }) => {
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
    next: at > Date.now() ? `trying again in ${inTime(at)}` : "trying again",
  };
}

function shownOf(link) {
  const { now, retry } = link;
  if (now.status === "failed" || now.status === "idle") return VIEWS[now.status](link);
  if (!navigator.onLine) return OFFLINE;
  if (retry !== null) return troubled(retry.error, retry.at);
  return now.error === null ? VIEWS[now.status](link) : troubled(now.error, now.nextPollAt);
}

/** The strip above every view. */
export function stripView() {
  const { link } = state;
  const shown = shownOf(link);
  return html`
    <section class="strip ${shown.tone}" aria-label="Connection">
      <span class="round">${sign(shown.name)}</span>
      <div class="words"><h2>${shown.title}</h2><p>${shown.text}</p></div>
      <p class="next">${shown.next ?? nothing}</p>
      ${link.now.status === "failed" ? html`<div class="acts"><button @click=${start}>Try again</button><button class="secondary" @click=${showConnection}>Change connection</button></div>` : nothing}
    </section>`;
}
