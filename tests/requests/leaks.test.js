// Thousands of calls, however they end, leave nothing behind in the wasm.

import assert from "node:assert/strict";
import { test } from "node:test";
import { instances } from "../support/instances.js";
import { broken, network, respond, silence } from "../support/network.js";
import { PlangrepClient } from "../support/package.js";
import { jobBody, KEY } from "../support/samples.js";

/** The memory and tables of every instance. */
const made = () =>
  instances.flatMap(({ exports }) => [
    ...Object.values(exports).filter((one) => one instanceof WebAssembly.Table),
    exports.memory,
  ]);

const sizes = () => made().map((one) => one.length ?? one.buffer.byteLength);

const endings = {
  "a job": { step: respond(200, jobBody()) },
  "a page in place of a job": { step: respond(200, "<html>") },
  "a job of the wrong shape": { step: respond(200, { job: { id: 7 } }) },
  "an error as JSON that echoes the key": { step: respond(401, { code: "c", message: KEY }) },
  "an error as a page": { step: respond(502, "<html>") },
  "a broken connection": { step: broken() },
  "a broken connection that shows the key": {
    step: () => {
      throw new Error(KEY);
    },
  },
  "a timeout": { step: silence(), options: { timeoutMs: 1 } },
  "an abort": { step: silence(), abort: true },
  "a key function that rejects": { step: silence(), options: { apiKey: () => Promise.reject(new Error("no")) } },
  "a bad argument": { step: silence(), id: "a/b" },
};

for (const [ending, { step, options, abort, id = "job_1" }] of Object.entries(endings)) {
  test(`thousands of calls that end in ${ending} leave nothing behind`, async () => {
    const client = new PlangrepClient({
      apiKey: KEY,
      fetch: network(step).fetch,
      maxRetries: 0,
      onEvent() {},
      ...options,
    });
    const run = async (calls) => {
      for (let done = 0; done < calls; done += 100) {
        const controller = new AbortController();
        const pending = Array.from({ length: 100 }, () => client.getJob(id, { signal: controller.signal }));
        if (abort) setImmediate(() => controller.abort());
        await Promise.allSettled(pending);
      }
    };
    // Until the memory has its final size, pieces between what is in use included.
    await run(1000);
    const before = sizes();
    // More than the tables have free entries: one that is lost with each call would show.
    await run(3300);
    assert.deepEqual(sizes(), before);
  });
}
