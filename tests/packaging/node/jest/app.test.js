const { setTimeout: realSleep } = require("node:timers/promises");
const plangrep = require("plangrep-client");
const { check } = require("./check.cjs");

test("works while Jest holds the clock", async () => {
  const task = JSON.parse(process.env.TASK);
  jest.useFakeTimers();
  // What waits for no time needs no help.
  const client = new plangrep.PlangrepClient({ baseUrl: task.baseUrl, apiKey: task.apiKey });
  expect((await client.getJob(task.jobId)).id).toBe(task.jobId);

  const done = check(plangrep, task);
  let settled = false;
  done.catch(() => {}).finally(() => (settled = true));
  // Responses come in real time, polls are due in Jest's.
  while (!settled) {
    await realSleep(5);
    await jest.advanceTimersByTimeAsync(10);
  }
  process.stdout.write(`${JSON.stringify(await done)}\n`);
}, 20_000);
