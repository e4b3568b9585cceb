// Stores where there is no page: a server that renders one, a script.

import assert from "node:assert/strict";
import { test } from "node:test";
import { life, serverOf, waiting } from "../waits/support/waiting.js";
import { listener } from "./support/observing.js";

const server = serverOf(life("job_1", [[0, "processing"]]));

test("on a server it never polls by itself: its state is the idle one, whoever listens", async (t) => {
  const w = waiting(t, { server });
  const store = w.client.observeJob("job_1");
  const { seen, end } = listener(store, "subscribe");
  await w.advance(60_000);
  assert.deepEqual(seen, [store.get()]);
  assert.equal(store.get().status, "idle");
  end();
  assert.deepEqual(w.log(), []);
  await w.nothingAfter();
});

test("a script that calls refresh has it poll, while it listens", async (t) => {
  const w = waiting(t, { server });
  const store = w.client.observeJob("job_1", { intervalMs: 10_000 });
  const { end } = listener(store);
  store.refresh();
  await w.advance(15_000);
  assert.deepEqual([store.get().status, w.log()], ["live", ["0 job_1", "10000 job_1"]]);
  end();
  await w.nothingAfter();
});
