const { setTimeout: realSleep } = require("node:timers/promises");
const plangrep = require("plangrep-client");
const { check } = require("./check.cjs");

test("works while Jest holds the clock", async () => {
  jest.useFakeTimers();
  const done = check(plangrep, JSON.parse(process.env.TASK));
  let settled = false;
  done.catch(() => {}).finally(() => (settled = true));
  // Answers come in real time, polls are due in Jest's.
  while (!settled) {
    await realSleep(5);
    await jest.advanceTimersByTimeAsync(10);
  }
  process.stdout.write(`${JSON.stringify(await done)}\n`);
}, 60_000);
