import { setTimeout as realSleep } from "node:timers/promises";
import * as plangrep from "plangrep-client";
import { expect, test, vi } from "vitest";
import { check } from "./check.mjs";

test("works while Vitest holds the clock", { timeout: 20_000 }, async () => {
  const task = JSON.parse(process.env.TASK);
  vi.useFakeTimers();
  // What waits for no time needs no help.
  const client = new plangrep.PlangrepClient({ baseUrl: task.baseUrl, apiKey: task.apiKey });
  expect((await client.getJob(task.jobId)).id).toBe(task.jobId);

  const done = check(plangrep, task);
  let settled = false;
  done.catch(() => {}).finally(() => (settled = true));
  // Responses come in real time, polls are due in Vitest's.
  while (!settled) {
    await realSleep(5);
    await vi.advanceTimersByTimeAsync(10);
  }
  process.stdout.write(`${JSON.stringify(await done)}\n`);
});
