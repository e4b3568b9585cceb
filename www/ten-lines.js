import { PlangrepClient } from "/pkg/index.mjs";

export const connect = (options) => new PlangrepClient(options);

export async function followProject(client, projectId, options, show) {
  for await (const update of client.watchProject(projectId, options)) show(update);
}

export async function followJob(client, jobId, options, show) {
  for await (const update of client.watchJob(jobId, options)) show(update);
}

export const waitFor = (client, jobId, options) => client.waitForJob(jobId, options);
