// An emulator for one test file, with its controls at hand.

import { after } from "node:test";
import { startEmulator } from "../../package/support/emulator.js";
import { pause } from "./page/within.js";

/** So often is asked for something that comes in a moment, 20 ms apart: longer than any machine needs. */
const TRIES = 5000;

/**
 * Starts an emulator until the end of the file.
 * @returns `url` and `apiKey` for a client, and functions that ask for what is below `/_emulator/`.
 */
export async function emulated(...args) {
  const emulator = await startEmulator(...args);
  after(() => emulator.stop());
  const order = emulator.order;
  return {
    ...emulator,
    state: () => order("GET", "state"),
    newProject: async (project = {}) => (await order("POST", "projects", project)).projectId,
    newJob: async (job = {}) => (await order("POST", "jobs", job)).jobId,
    addCredits: (jobId) => order("POST", `jobs/${jobId}/credits`),
    addRules: (...rules) => order("POST", "faults", rules),
    /** How the emulator stands once no request is under way: it may learn a moment late that a client has left. */
    async settled() {
      for (let tries = 0; ; tries++, await pause(20)) {
        const state = await order("GET", "state");
        if (state.requests.inFlight === 0 || tries === TRIES) return state;
      }
    },
    /** Where it tells of the requests for a path. */
    logOf: (path) => `${emulator.admin}log?path=${encodeURIComponent(path)}`,
    /** The requests for a path, once all of them are over. */
    async log(path) {
      for (let tries = 0; ; tries++, await pause(20)) {
        const { events } = await order("GET", `log?path=${encodeURIComponent(path)}`);
        if (events.every(({ endedMs }) => endedMs !== null)) return events;
        if (tries === TRIES) throw new Error(`a request is still under way: ${JSON.stringify(events)}`);
      }
    },
  };
}

/** The URL path of an endpoint. */
export const pathOf = {
  get: (id) => `/api/open/v1/jobs/${id}`,
  list: (id) => `/api/open/v1/projects/${id}/jobs`,
};
