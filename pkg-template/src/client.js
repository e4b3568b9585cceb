// The client's class. Everything is decided in Rust; a private field keeps the key out of what can be printed.

import { ask, call, isolated } from "./rust.js";
import { jobStore, projectStore } from "./store.js";
import { Watch } from "./watch.js";

export class PlangrepClient {
  #client;

  constructor(options) {
    this.#client = call((rust) => new rust.Client(options, isolated));
  }

  getJob(jobId, options) {
    return ask(() => this.#client.getJob(jobId, options));
  }

  listJobs(projectId, options) {
    return ask(() => this.#client.listJobs(projectId, options));
  }

  waitForJob(jobId, options) {
    return ask(() => this.#client.waitForJob(jobId, options));
  }

  waitForJobs(jobIds, options) {
    return ask(() => this.#client.waitForJobs(jobIds, options));
  }

  watchJob(jobId, options) {
    return new Watch(call(() => this.#client.watchJob(jobId, options)));
  }

  watchProject(projectId, options) {
    return new Watch(call(() => this.#client.watchProject(projectId, options)));
  }

  resumeJob(jobId, options) {
    return ask(() => this.#client.resumeJob(jobId, options));
  }

  cancelJob(jobId, options) {
    return ask(() => this.#client.cancelJob(jobId, options));
  }

  checkJob(jobId, state, options) {
    return ask(() => this.#client.checkJob(jobId, state, options));
  }

  checkProject(projectId, state, options) {
    return ask(() => this.#client.checkProject(projectId, state, options));
  }

  observeJob(jobId, options) {
    return jobStore(options, (given, onPollError) => this.#client.watchJob(jobId, given, onPollError));
  }

  observeProject(projectId, options) {
    return projectStore(options, (given, onPollError) => this.#client.watchProject(projectId, given, onPollError));
  }

  close() {
    call(() => this.#client.close());
  }
}
