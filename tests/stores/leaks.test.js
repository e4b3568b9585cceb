// What ten thousand listeners leave behind: nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pageIn } from "../support/page.js";

/** The memory and tables of every instance that is made from here on. */
const made = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...received) {
    super(...received);
    made.push(...Object.values(this.exports).filter((one) => one instanceof WebAssembly.Table), this.exports.memory);
  }
};
const { PlangrepClient } = await import("../support/package.js");
const { job, KEY } = await import("../support/samples.js");

const sizes = () => made.map((one) => one.length ?? one.buffer.byteLength);

test("ten thousand stores that were listened to, in the middle and to the end, leave nothing behind", async (t) => {
  const page = pageIn(t);
  let status = "processing";
  let open = 0;
  const fetch = async (url, { signal }) => {
    open += 1;
    signal.addEventListener("abort", () => {}, { once: true });
    const id = url.split("/").at(-1);
    await null;
    open -= 1;
    return new Response(JSON.stringify({ job: job({ id, status }) }));
  };
  const client = new PlangrepClient({ fetch, apiKey: () => KEY });
  const flush = () => new Promise((resolve) => setImmediate(resolve));
  const kept = client.observeJob("kept");
  let notified = 0;
  const run = async (times) => {
    for (let done = 0; done < times; done += 10) {
      status = done % 20 ? "completed" : "processing";
      const ends = [kept.listen(() => {})];
      for (let index = 0; index < 10; index += 1) {
        ends.push(client.observeJob(`job_${index}`).listen(() => notified++));
      }
      for (let turn = 0; turn < 6; turn += 1) await flush();
      for (const end of ends) end();
      await flush();
    }
  };
  await run(1_000);
  const before = sizes();
  notified = 0;
  await run(10_000);
  assert.deepEqual(sizes(), before);
  assert.equal(notified, 10_000, "each was notified of its first poll");
  assert.deepEqual([open, ...page.listeners()], [0, 0, 0, 0, 0]);
});

test("ten thousand listeners of one store leave nothing in it", async (t) => {
  pageIn(t);
  let requests = 0;
  const fetch = async () => {
    requests += 1;
    return new Response(JSON.stringify({ job: job({ status: "processing" }) }));
  };
  const store = new PlangrepClient({ fetch, apiKey: () => KEY }).observeJob("job_1");
  const last = store.listen(() => {});
  for (let times = 0; times < 10_000; times += 1) store.listen(() => {})();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(requests, 1);
  last();
  await null;
  await null;
  assert.equal(store.get().status, "idle");
});
