// An extension's background, which asks for what its content scripts may not, and whom no server has to allow it.

import { PlangrepClient } from "./node_modules/plangrep-client/index.mjs";

async function ask({ baseUrl, apiKey, jobId, projectId, waitJobId }) {
  const client = new PlangrepClient({ baseUrl, apiKey: () => apiKey, pollFloorMs: 10 });
  const [job, jobs] = [await client.getJob(jobId), await client.listJobs(projectId)];
  const { status } = await client.waitForJob(waitJobId, { intervalMs: 20 });
  const { code } = await client.getJob("job_that_is_not_there").catch((error) => error);
  return [job.id === jobId, jobs.length > 0, status, code];
}

chrome.runtime.onMessage.addListener((task, _, answer) => {
  ask(task).then(answer, (error) => answer(`${error}\n${error.stack}`));
  return true;
});
