// The client's class. Everything is decided in Rust; a private field keeps the key out of what can be printed.

import { ask, call } from "./rust.js";
import { jobStore, projectStore } from "./store.js";
import { Watch } from "./watch.js";

export class PlangrepClient {
  #client;

  constructor(options) {
    this.#client = call((rust) => new rust.Client(options));
  }

  getJob(jobId, options) {
    return ask(() => this.#client.request(false, jobId, options));
  }

  listJobs(projectId, options) {
    return ask(() => this.#client.request(true, projectId, options));
  }

  waitForJob(jobId, options) {
    return ask(() => this.#client.wait(false, jobId, options));
  }

  waitForJobs(jobIds, options) {
    return ask(() => this.#client.wait(true, jobIds, options));
  }

  watchJob(jobId, options) {
    return new Watch(call(() => this.#client.watch(false, jobId, options)));
  }

  watchProject(projectId, options) {
    return new Watch(call(() => this.#client.watch(true, projectId, options)));
  }

  observeJob(jobId, options) {
    return jobStore(options, (given, onPollError) => this.#client.watch(false, jobId, given, onPollError));
  }

  observeProject(projectId, options) {
    return projectStore(options, (given, onPollError) => this.#client.watch(true, projectId, given, onPollError));
  }

  close() {
    call(() => this.#client.close());
  }
}
