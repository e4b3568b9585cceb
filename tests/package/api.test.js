import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startEmulator } from "./support/emulator.js";
import { install, loaders } from "./support/installed.js";

const emulator = await startEmulator();
after(emulator.stop);
const { load, require } = await loaders(install());
const { url: baseUrl, apiKey, samples } = emulator;

for (const [how, loaded] of [
  ["import", await load("plangrep-client")],
  ["require", require("plangrep-client")],
]) {
  const { PlangrepClient, PlangrepError, ApiError } = loaded;

  test(`${how}: a job and its project's jobs`, async () => {
    const client = new PlangrepClient({ baseUrl, apiKey });
    const job = await client.getJob(samples.jobId);
    assert.equal(job.id, samples.jobId);
    assert.equal(job.projectId, samples.projectId);
    const jobs = await client.listJobs(samples.projectId);
    assert.ok(jobs.length > 0);
    assert.ok(jobs.every((job) => job.projectId === samples.projectId));
    client.close();
  });

  test(`${how}: a wrong key is refused with an error of the right class`, async () => {
    const client = new PlangrepClient({ baseUrl, apiKey: "wrong" });
    await assert.rejects(client.getJob(samples.jobId), (error) => {
      assert.ok(error instanceof ApiError);
      assert.ok(PlangrepError.is(error));
      assert.equal(error.code, "unauthorized");
      assert.equal(error.status, 401);
      return true;
    });
  });

  test(`${how}: a job that is none is not found`, async () => {
    const client = new PlangrepClient({ baseUrl, apiKey });
    await assert.rejects(client.getJob("job_none"), { name: "ApiError", code: "not_found", status: 404 });
  });

  test(`${how}: an abort comes out as its reason`, async () => {
    const client = new PlangrepClient({ baseUrl, apiKey });
    const reason = new Error("enough");
    await assert.rejects(
      client.getJob(samples.jobId, { signal: AbortSignal.abort(reason) }),
      (error) => error === reason,
    );
  });
}
