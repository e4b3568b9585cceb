// A wait as a workflow: one activity that is retried when the next poll is due, so its history stays short.
import { proxyActivities } from "@temporalio/workflow";

const { poll } = proxyActivities({
  startToCloseTimeout: "20 s", // a worker that dies is noticed then
  retry: { initialInterval: "5 s", backoffCoefficient: 1 },
});

export const wait = (jobId) => poll(jobId);
