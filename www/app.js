// Where the page begins: finds out what serves it, connects, and draws what there is to see.

import { html, render } from "/lib/lit-html/lit-html.js";
import { readNetwork } from "./lab.js";
import { discover, isEmulator } from "./server.js";
import { closeJob, openJob, start } from "./session.js";
import { changed, drawWith, state } from "./store.js";
import { billingView } from "./views/billing.js";
import { codeView } from "./views/code.js";
import { barView, connectionView, showConnection } from "./views/connection.js";
import { jobView } from "./views/job.js";
import { jobsView } from "./views/jobs.js";
import { sideView } from "./views/side.js";
import { stripView } from "./views/strip.js";

const VIEWS = {
  jobs: { title: "Jobs", draw: jobsView },
  billing: { title: "Billing", draw: billingView },
  code: { title: "Code", draw: codeView },
  job: { title: "Job", draw: jobView },
};
const MODES = { emulator: "emulator", proxy: "proxy to Plangrep", unknown: "demo" };

const part = (id) => document.querySelector(`#${id}`);

function draw() {
  const { route, server } = state;
  const tab = (view) =>
    html`<a href="#/${view}" aria-current=${(route.view === "job" ? "jobs" : route.view) === view ? "page" : "false"}>${VIEWS[view].title}</a>`;
  render(html`${["jobs", "billing", "code"].map(tab)}`, part("nav"));
  render(barView(), part("bar"));
  render(stripView(), part("strip"));
  render(VIEWS[route.view].draw(), part("view"));
  render(sideView(), part("side"));
  render(connectionView(), part("connection"));
  part("mode").textContent = MODES[server.mode];
  part("origin").textContent =
    server.mode === "emulator"
      ? "Served by the emulator. It is not Plangrep: no document is processed, and nothing leaves this machine."
      : "Drawn in your browser by plain modules; the client in it is Rust, compiled to WebAssembly.";
}

/** "#/jobs/ID", "#/billing" … as { view, id, state }; "#/jobs/ID/STATE" goes on with a wait that was handed over. */
function readRoute() {
  const [, view, id, state] = location.hash.split("/");
  if (view === "jobs" && id)
    return { view: "job", id: decodeURIComponent(id), state: state && decodeURIComponent(state) };
  return { view: Object.hasOwn(VIEWS, view) && view !== "job" ? view : "jobs", id: null };
}

function navigate() {
  const from = state.route;
  state.route = readRoute();
  if (state.route.id === null) closeJob();
  else openJob(state.route.id);
  draw();
  const { view, id } = state.route;
  document.title = `${view === "job" ? id : VIEWS[view].title} · plangrep-client demo`;
  // Back in the list, the focus is where it was; anywhere else, on the heading of what is new.
  const left =
    from.id === null ? null : part("view").querySelector(`a[href="#/jobs/${CSS.escape(encodeURIComponent(from.id))}"]`);
  const target = left ?? part("view").querySelector("h1");
  target?.focus({ preventScroll: left === null });
  if (left === null) window.scrollTo({ top: 0 });
}

await discover();
if (isEmulator()) await readNetwork();
state.route = readRoute();
drawWith(draw);
draw();
document.body.classList.add("ready");
window.addEventListener("hashchange", navigate);
// Ages and countdowns.
setInterval(changed, 1_000);
if (state.target.projectId === "") showConnection();
else start();
