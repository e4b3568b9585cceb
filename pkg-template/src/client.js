// The client's class. Everything is decided in Rust; a private field keeps the key out of what can be printed.

import { ask, call } from "./rust.js";
import { Watch } from "./watch.js";

export class PlangrepClient {
  #client;

  constructor(options) {
    this.#client = call((rust) => new rust.Client(options), prototype.constructor);
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
    return new Watch(call(() => this.#client.watch(false, jobId, options), prototype.watchJob));
  }

  watchProject(projectId, options) {
    return new Watch(call(() => this.#client.watch(true, projectId, options), prototype.watchProject));
  }

  close() {
    call(() => this.#client.close());
  }
}

// What the application calls: what it throws begins with the frame above. Not by the class's name inside of it, for
// which a bundler would rename the class.
const { prototype } = PlangrepClient;
