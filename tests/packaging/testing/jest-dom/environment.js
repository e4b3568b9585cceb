// jsdom has no fetch and, of what Node's fetch takes, its own AbortSignal: so the test page gets Node's.

const { TestEnvironment } = require("jest-environment-jsdom");

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, { AbortController, AbortSignal, fetch, Response });
  }
};
