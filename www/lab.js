// What can be done to the emulator from the page: jobs to start, things to break.

import { announce } from "./announce.js";
import { order, refreshClock, refreshProjects } from "./server.js";
import { client, start } from "./session.js";
import { changed, state } from "./store.js";
import { cancel, resume } from "./ten-lines.js";

/** The kinds of job that the emulator knows. */
export const KINDS = {
  completes: "Completes",
  quick: "Completes, quickly",
  completes_with_errors: "Completes, some pages fail",
  blocked: "Runs out of credits",
  fails: "Fails",
  cancelled: "Is cancelled",
  stuck: "Stops on the way",
};

/** How the network can be, and the emulator's rule for it. */
export const NETWORKS = {
  works: { label: "Works" },
  slow: { label: "Slow", rule: { delayMs: 1_500, jitterMs: 1_000 } },
  errors: { label: "Errors (503)", rule: { respond: { status: 503 } } },
  limited: { label: "Rate limit (429)", rule: { respond: { status: 429 }, headers: { "retry-after": "4" } } },
  nonsense: {
    label: "Nonsense",
    rule: { respond: { status: 200, body: "html", message: "Sign in to the guest network" } },
  },
  // biome-ignore lint/suspicious/noThenProperty: the rule's own name, and nobody awaits it
  lost: { label: "Lost", rule: { send: { then: "reset" } } },
};

export const SPEEDS = [1, 10, 60];

const RULE = "page";

/** Starts `count` jobs of a kind in the project that is shown. */
export const startJobs = (kind, count) =>
  doing(async () => {
    const { projectId } = state.target;
    for (let left = count; left > 0; left -= 1) await order("POST", "/jobs", { projectId, kind });
    return count === 1 ? "One job started." : `${count} jobs started.`;
  });

/** Makes a project with many jobs and shows it. */
export const startMany = (jobs) =>
  doing(async () => {
    const { projectId } = await order("POST", "/projects", { name: `${jobs} jobs`, jobs, active: 40 });
    await refreshProjects();
    state.target.projectId = projectId;
    location.hash = "#/jobs";
    start();
    return `A project with ${jobs} jobs is shown.`;
  });

/** Sets how the network is: a key of `NETWORKS`. It is shown at once, and what the emulator refuses is taken back. */
export function setNetwork(network) {
  state.lab.network = network;
  return doing(async () => {
    try {
      const { rule } = NETWORKS[network];
      if (rule) await order("POST", "/faults", { name: RULE, ...rule });
      else await order("DELETE", `/faults/${RULE}`).catch(() => {});
    } catch (error) {
      await readNetwork();
      throw error;
    }
    return "";
  });
}

/** Reads what an earlier visit has left broken. */
export async function readNetwork() {
  const { rules } = await order("GET", "/faults");
  const found = rules.find(({ rule }) => rule.name === RULE)?.rule;
  const isFound = ([, { rule }]) =>
    rule && rule.respond?.status === found.respond?.status && (rule.delayMs ?? 0) === found.delayMs;
  state.lab.network = (found && Object.entries(NETWORKS).find(isFound)?.[0]) ?? "works";
}

/** How many emulated seconds pass in a real one. */
export const setSpeed = (speed) =>
  doing(async () => {
    await order("PUT", "/clock", { speed });
    await refreshClock();
    return "";
  });

/** What can be asked of one job. Credits are the emulator's to take and to give; the rest is the client's. */
const ORDERS = {
  async block(id) {
    await order("POST", `/jobs/${encodeURIComponent(id)}/block`);
    return "Its credits are gone.";
  },
  async credit(id) {
    await order("POST", `/jobs/${encodeURIComponent(id)}/credits`);
    await resume(client, id);
    return "Credits added, job resumed.";
  },
  async resume(id) {
    await resume(client, id);
    return "Job resumed.";
  },
  async cancel(id) {
    await cancel(client, id);
    return "Asked to cancel.";
  },
};

/** A key of `ORDERS`, for one job. */
export const orderJob = (id, what) => doing(() => ORDERS[what](id));

/** The order that was given last. */
let last = Promise.resolve();

// Orders are sent one after the other: requests side by side may overtake each other, and what was chosen last, by
// arrow keys for one, would not be what the emulator does in the end.
function doing(work) {
  last = last.then(() => run(work));
  return last;
}

// Says how it went, in the panel and to a screen reader.
async function run(work) {
  const { lab } = state;
  Object.assign(lab, { busy: true, note: "", failed: false });
  changed();
  try {
    lab.note = await work();
    if (lab.note !== "") announce(lab.note);
  } catch (error) {
    Object.assign(lab, { note: error.message, failed: true });
    announce(lab.note);
  }
  lab.busy = false;
  changed();
}
