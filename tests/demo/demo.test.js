// `cargo xtask demo` as a person uses it: one sentence says where the page is, and Ctrl+C ends everything.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { given } from "../package/support/given.js";
import { startChild } from "../support/child.js";

test("the demo says where its page is, serves it with the package, and ends whole at Ctrl+C", async (t) => {
  // A process group of its own, as a shell makes it: Ctrl+C goes to all of it.
  const demo = startChild(given("PLANGREP_XTASK"), ["demo", "--", "--port", "0"], { detached: true, stdout: true });
  const ended = once(demo, "exit");
  t.after(() => demo.exitCode ?? process.kill(-demo.pid, "SIGKILL"));
  const lines = [];
  for await (const line of createInterface({ input: demo.stdout })) {
    lines.push(line);
    if (line.startsWith("The demo page")) break;
  }
  const [, page] = /^The demo page is at (http:\/\/127\.0\.0\.1:\d+\/) - /.exec(lines.at(-1)) ?? [];
  assert.ok(page, lines.join("\n"));
  assert.match(await (await fetch(page)).text(), /<title>/);
  assert.equal((await fetch(new URL("pkg/plangrep_client.wasm", page))).status, 200);

  process.kill(-demo.pid, "SIGINT");
  assert.deepEqual(await ended, [0, null]);
  await assert.rejects(fetch(page), "the emulator is still there");
});
