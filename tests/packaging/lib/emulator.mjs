// The emulator, what is requested of it, and what must come out.

import assert from "node:assert/strict";
import { startEmulator as start } from "../../support/emulator.js";

/** Starts the program; it ends with this process. */
export const startEmulator = async (program) => new Emulator(await start(program));

class Emulator {
  #order;

  constructor({ url, apiKey, samples, order, stop }) {
    Object.assign(this, { url, apiKey, samples, stop });
    this.#order = order;
  }

  /** Jobs of its own for one run of check.mjs, and what that needs to find them. */
  async task() {
    const done = ["processing", "processing", "completed"];
    return {
      baseUrl: this.url,
      apiKey: this.apiKey,
      ...this.samples,
      waitJobId: await this.#script(done),
      watchJobId: await this.#script(done),
      endlessJobId: await this.#script(["processing"]),
    };
  }

  /** Each job lies in a project of its own: a list moves all the scripted jobs in it on. */
  async #script(statuses) {
    const { projectId } = await this.#order("POST", "projects", {});
    const steps = statuses.map((status, n) => ({ status, successfulPageCount: 40 * n }));
    return (await this.#order("POST", "jobs", { projectId, steps })).jobId;
  }

  async #get(path) {
    const response = await fetch(this.url + path, { headers: { authorization: `Bearer ${this.apiKey}` } });
    return await response.json();
  }

  /** Throws where the outcome of check.mjs is not what it must be. */
  async verify(outcome, literalKey, relative = literalKey === "refused" ? "counts from the page" : "refused") {
    const { projectId, jobId } = this.samples;
    assert.deepEqual(outcome, {
      job: (await this.#get(`/api/open/v1/jobs/${jobId}`)).job,
      jobs: (await this.#get(`/api/open/v1/projects/${projectId}/jobs`)).jobs,
      waited: ["processing", "processing", "completed", "completed"],
      watched: ["processing", "processing"],
      aborted: true,
      missing: ["ApiError", "not_found", 404],
      classes: [true, true, true],
      is: [true, false],
      terminal: [true, false, false],
      literalKey,
      relative,
    });
  }
}
