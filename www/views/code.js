// The code that the page runs on, as the file that it really loads, and the options that it really gives.

import { html } from "/lib/lit-html/lit-html.js";
import { isOwnEmulator } from "../server.js";
import { changed, state } from "../store.js";

const FILE = "ten-lines.js";

async function load() {
  state.code = "";
  const response = await fetch(FILE);
  state.code = response.ok ? await response.text() : `${FILE} could not be read.`;
  changed();
}

function options() {
  const { target, link } = state;
  const key = target.apiKey === "" ? "" : "\n  apiKey: () => key,";
  const floor = isOwnEmulator() ? "\n  pollFloorMs: 500, // a server of our own, with a fast clock" : "";
  const polling = Object.entries(link.polling).map(([name, ms]) => `${name}: ${ms}`);
  return `const client = connect({
  baseUrl: "${target.address}",${key}${floor}
  onEvent: (event) => log(event),
});
const options = { ${polling.join(", ")} };
const end = followProject(client, "${target.projectId}", options, show);`;
}

async function copy(event) {
  const button = event.currentTarget;
  const copied = await navigator.clipboard.writeText(state.code).then(
    () => true,
    () => false,
  );
  button.textContent = copied ? "Copied" : "Select the text and copy it";
}

/** The view. */
export function codeView() {
  if (state.code === null) load();
  return html`
    <h1 tabindex="-1" class="unseen">Code</h1>
    <section class="card" aria-labelledby="lines-title">
      <div class="title"><h2 id="lines-title">What this page uses of the package</h2><button class="secondary outline" @click=${copy}>Copy</button></div>
      <p>This is <code>${FILE}</code>, the one file of the page that talks to Plangrep. The rest draws.</p>
      <pre tabindex="0" aria-label="The file ${FILE}"><code>${state.code}</code></pre>
    </section>
    <section class="card" aria-labelledby="options-title">
      <h2 id="options-title">And how it calls it now</h2>
      <pre tabindex="0" aria-label="The calls and their options"><code>${options()}</code></pre>
      ${
        isOwnEmulator()
          ? html`<p>The emulator is a server of your own, so the page may poll it every 1 to 5 seconds. Against Plangrep it keeps to the
        client's default: every 10 to 30 seconds, and never more often than every 5.</p>`
          : html`<p>The client's defaults: a poll every 10 to 30 seconds, sooner when a job is about to end.</p>`
      }
    </section>`;
}
