import { PlangrepClient } from "/pkg/index.mjs";

export const connect = (options) => new PlangrepClient(options);

export const followProject = (client, projectId, options, show) =>
  client.observeProject(projectId, options).subscribe(show);

export const followJob = (client, jobId, options, show) => client.observeJob(jobId, options).subscribe(show);

export const waitFor = (client, jobId, options) => client.waitForJob(jobId, options);

export const resume = (client, jobId) => client.resumeJob(jobId);

export const cancel = (client, jobId) => client.cancelJob(jobId);
