// The emulator, what it is asked for, and what must come out.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Starts the program; it ends with this process. */
export async function startEmulator(program) {
  const child = spawn(program, ["--port", "0", "--exit-with-stdin"], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return new Emulator(JSON.parse(line), child);
}

class Emulator {
  #child;

  constructor({ url, apiKey, admin, samples }, child) {
    Object.assign(this, { url, apiKey, admin, samples });
    this.#child = child;
  }

  stop() {
    this.#child.stdin.end();
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
    const { projectId } = await this.#post("projects", {});
    const steps = statuses.map((status, n) => ({ status, successfulPageCount: 40 * n }));
    return (await this.#post("jobs", { projectId, steps })).jobId;
  }

  async #post(path, body) {
    const headers = { "content-type": "application/json" };
    const response = await fetch(this.admin + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
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
