// The client's class. Everything is decided in Rust; a private field keeps the key out of what can be printed.

import { ask, call } from "./rust.js";

export class PlangrepClient {
  #client;

  constructor(options) {
    this.#client = call((rust) => new rust.Client(options));
  }

  getJob(jobId, options) {
    return ask(() => this.#client.getJob(jobId, options));
  }

  listJobs(projectId, options) {
    return ask(() => this.#client.listJobs(projectId, options));
  }

  close() {
    call(() => this.#client.close());
  }
}
