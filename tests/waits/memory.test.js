// What long and many waits leave behind: nothing.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

// A child that hangs ends before the time limit of its file does, which would leave it behind.
const limits = { timeout: 240_000, killSignal: "SIGKILL" };
const run = (...args) => promisify(execFile)(...args, limits);
const script = (name) => fileURLToPath(new URL(`support/${name}.js`, import.meta.url));

test("memory is flat over ten thousand polls, the wasm's to the byte", async (t) => {
  const { stdout } = await run(process.execPath, ["--expose-gc", script("memory-child")]);
  const { instances, before, after, updates, timers } = JSON.parse(stdout);
  t.diagnostic(`wasm ${after.wasm} bytes, heap ${before.heap} → ${after.heap} bytes, ${updates} updates`);
  assert.equal(instances, 1);
  assert.equal(after.wasm, before.wasm);
  assert.ok(after.heap < before.heap + 2_000_000, `${before.heap} → ${after.heap}`);
  assert.ok(updates > 10_000);
  assert.equal(timers, 0);
});

test("an iterator that was dropped stops, and leaves the signal alone", async () => {
  const { stdout } = await run(process.execPath, ["--expose-gc", script("dropped-child")]);
  assert.deepEqual(JSON.parse(stdout), { idle: 0, pending: 0, requests: 2 });
});
