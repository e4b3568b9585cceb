const { PlangrepClient } = require("plangrep-client");

// These fake the timers and leave the dates alone.
test("waits by Jest's legacy timers", async () => {
  jest.useFakeTimers({ legacyFakeTimers: true });
  const statuses = ["processing", "processing", "completed"];
  const fetch = async () => {
    const at = new Date().toISOString();
    const job = { id: "job_1", status: statuses.shift(), projectId: "proj_1", createdAt: at, updatedAt: at };
    return { status: 200, headers: { get: () => null }, json: async () => ({ job }) };
  };
  const polls = [];
  const onPoll = ({ poll }) => polls.push(poll);
  const wait = new PlangrepClient({ apiKey: "a-key", fetch }).waitForJob("job_1", { intervalMs: 10_000, onPoll });
  const settle = async () => {
    for (let turn = 0; turn < 100; turn++) await null;
  };
  await settle();
  const seen = [polls.length];
  for (let turn = 0; turn < 2; turn++) {
    jest.advanceTimersByTime(10_000);
    await settle();
    seen.push(polls.length);
  }
  expect(seen).toEqual([1, 2, 3]);
  expect((await wait).status).toBe("completed");
  expect(jest.getTimerCount()).toBe(0);
});
