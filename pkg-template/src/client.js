// The client's class. Everything is decided in Rust; a private field keeps the key out of what can be printed.

import { create, traced } from "./errors.js";
import { bind } from "./methods.js";
import { call, callAsync, isolated } from "./rust.js";
import { jobStore, projectStore } from "./store.js";
import { Watch } from "./watch.js";

/** What every call needs. Some sandboxes have `fetch` and not these; found missing later, a call would never settle. */
const NEEDED = ["URL", "AbortController", "setTimeout", "clearTimeout"];

export class PlangrepClient {
  #client;

  constructor(options) {
    const argument = NEEDED.find((name) => typeof globalThis[name] !== "function");
    const problem = "is needed: this runtime has none of its own";
    if (argument) throw traced(create("invalid_argument", problem, { argument }), prototype.constructor);
    this.#client = call((rust) => new rust.Client(options, isolated), prototype.constructor);
    bind(this, prototype);
  }

  getJob(jobId, options) {
    return callAsync(() => this.#client.getJob(jobId, options));
  }

  listJobs(projectId, options) {
    return callAsync(() => this.#client.listJobs(projectId, options));
  }

  waitForJob(jobId, options) {
    return callAsync(() => this.#client.waitForJob(jobId, options));
  }

  waitForJobs(jobIds, options) {
    return callAsync(() => this.#client.waitForJobs(jobIds, options));
  }

  watchJob(jobId, options) {
    return new Watch(call(() => this.#client.watchJob(jobId, options), prototype.watchJob));
  }

  watchProject(projectId, options) {
    return new Watch(call(() => this.#client.watchProject(projectId, options), prototype.watchProject));
  }

  resumeJob(jobId, options) {
    return callAsync(() => this.#client.resumeJob(jobId, options));
  }

  cancelJob(jobId, options) {
    return callAsync(() => this.#client.cancelJob(jobId, options));
  }

  checkJob(jobId, state, options) {
    return callAsync(() => this.#client.checkJob(jobId, state, options));
  }

  checkProject(projectId, state, options) {
    return callAsync(() => this.#client.checkProject(projectId, state, options));
  }

  observeJob(jobId, options) {
    const open = (...given) => this.#client.watchJob(jobId, ...given);
    return jobStore(options, open, () => this.#client.nudge(jobId), prototype.observeJob);
  }

  observeProject(projectId, options) {
    const open = (...given) => this.#client.watchProject(projectId, ...given);
    return projectStore(options, open, () => this.#client.nudge(projectId), prototype.observeProject);
  }

  nudge(id) {
    return call(() => this.#client.nudge(id));
  }

  close() {
    call(() => this.#client.close());
  }

  // By it Vue tells what it must not wrap. The prototype has none: Jest, which mocks a class by that, takes one with a tag
  // for no object, and finds no method.
  get [Symbol.toStringTag]() {
    return this === prototype ? undefined : "PlangrepClient";
  }
}

// What the application calls: what it throws begins with the frame above. Not by the class's name inside of it, for
// which a bundler would rename the class.
const { prototype } = PlangrepClient;
