import { setTimeout as realSleep } from "node:timers/promises";
import * as plangrep from "plangrep-client";
import { test, vi } from "vitest";
import { check } from "./check.mjs";

test("works while Vitest holds the clock", { timeout: 60_000 }, async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate", "Date", "performance", "queueMicrotask"] });
  const done = check(plangrep, JSON.parse(process.env.TASK));
  let settled = false;
  done.catch(() => {}).finally(() => (settled = true));
  // Answers come in real time, polls are due in Vitest's.
  while (!settled) {
    await realSleep(5);
    await vi.advanceTimersByTimeAsync(10);
  }
  process.stdout.write(`${JSON.stringify(await done)}\n`);
});
