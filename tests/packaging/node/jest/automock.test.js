jest.mock("plangrep-client");
const { isTerminal, PlangrepClient } = require("plangrep-client");

// Jest mocks the methods that it finds on a class's prototype, and passes over one that is no plain object by its
// `Symbol.toStringTag`.
test("Jest mocks the client by itself", async () => {
  const client = new PlangrepClient();
  client.getJob.mockResolvedValue({ id: "job_1", status: "completed" });
  expect((await client.getJob("job_1")).status).toBe("completed");
  for (const name of ["listJobs", "waitForJob", "watchJob", "checkJob", "observeJob", "close"]) {
    expect(jest.isMockFunction(client[name])).toBe(true);
  }
  expect(jest.isMockFunction(isTerminal)).toBe(true);
});
