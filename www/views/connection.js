// Where to connect to: a dialog, and the project beside it in the page's head.

import { live } from "/lib/lit-html/directives/live.js";
import { html, nothing } from "/lib/lit-html/lit-html.js";
import { isEmulator } from "../server.js";
import { start } from "../session.js";
import { changed, state } from "../store.js";

const dialog = () => document.querySelector("#connection");

/** Opens the dialog. */
export function showConnection() {
  changed();
  dialog().showModal();
}

function submitted(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  for (const name of ["address", "apiKey", "projectId"]) state.target[name] = form.get(name).trim();
  dialog().close();
  start();
}

function chosen(event) {
  state.target.projectId = event.target.value;
  // The job that is open belongs to another project.
  if (state.route.id !== null) location.hash = "#/jobs";
  start();
}

/** The project and a way to the dialog. */
export function barView() {
  const { server, target } = state;
  const { projects } = server;
  const known = projects.some(({ id }) => id === target.projectId);
  const named = html`
    <div class="pick">
      <select aria-label="Project" .value=${live(target.projectId)} @change=${chosen}>
        ${projects.map(({ id, name }) => html`<option value=${id} ?selected=${id === target.projectId}>${name}</option>`)}
        ${known ? nothing : html`<option value=${target.projectId} selected>${target.projectId || "No project"}</option>`}
      </select>
    </div>`;
  const plain = html`<p class="pick" title="Project">${target.projectId || "No project yet"}</p>`;
  return html`${projects.length > 0 ? named : plain}
    <button class="secondary outline" @click=${showConnection}>Connection</button>`;
}

const HINTS = {
  emulator: "This is the emulator, not Plangrep: no document is processed and no credit is real. Its key is filled in.",
  proxy: "This server passes requests on to Plangrep and adds the key itself, so none is needed here.",
  unknown: "A key typed here can be read by whoever uses this page. In a web app, let your own server add it.",
};

/** The dialog's content. */
export function connectionView() {
  const { target, server } = state;
  return html`
    <article>
      <form @submit=${submitted}>
        <header><h2 id="connection-title">Connection</h2></header>
        <p>${HINTS[server.mode]}</p>
        <label>Address <input name="address" type="url" required autocomplete="off" .value=${target.address}></label>
        <label>API key ${isEmulator() ? nothing : html`<small>(empty where the server adds it)</small>`}
          <input name="apiKey" type="password" autocomplete="off" spellcheck="false" .value=${target.apiKey}></label>
        <label>Project <input name="projectId" required autocomplete="off" spellcheck="false" placeholder="proj_…" .value=${target.projectId}></label>
        <footer>
          <button type="button" class="secondary outline" @click=${() => dialog().close()}>Cancel</button>
          <button type="submit">Connect</button>
        </footer>
      </form>
    </article>`;
}
