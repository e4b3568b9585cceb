// Waits as workflows of Temporal, polled by any number of workers: each runs `work()`.
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ApplicationFailure, Context } from "@temporalio/activity";
import { Client, Connection } from "@temporalio/client";
import { NativeConnection, Worker } from "@temporalio/worker";
import { PlangrepClient } from "plangrep-client";

const plangrep = new PlangrepClient({ timeoutMs: 15_000 }); // less than the activity's
const options = { maxWaitMs: 86_400_000, maxPollErrors: Infinity };
const address = process.env.TEMPORAL_ADDRESS ?? "127.0.0.1:7233";
const temporal = new Client({ connection: Connection.lazy({ address }) });
const taskQueue = "plangrep-waits";
const STARTED = 2; // PENDING_ACTIVITY_STATE_STARTED

export const start = (jobId) => temporal.workflow.start("wait", { args: [jobId], workflowId: jobId, taskQueue });
// Something happened to the job: its activity, which sleeps until the next poll is due, is woken. One that polls just now
// would take no notice: it is woken as soon as it sleeps.
export async function nudge(workflowId) {
  const wait = temporal.workflow.getHandle(workflowId);
  const polls = async () => (await wait.describe()).raw.pendingActivities?.some(({ state }) => state === STARTED);
  while (await polls()) await sleep(500);
  await temporal.workflowService.resetActivity({ namespace: "default", execution: { workflowId }, type: "poll" });
}

async function poll(jobId) {
  const context = Context.current();
  const check = await plangrep.checkJob(jobId, context.info.heartbeatDetails ?? null, options);
  // Never the job itself: its resultUrl is a secret.
  if (check.nextPollMs === null) return check.error?.code ?? check.job.status;
  context.heartbeat(check.state);
  throw ApplicationFailure.create({ message: "not yet", nextRetryDelay: check.nextPollMs, category: "BENIGN" });
}

export async function work() {
  const connection = await NativeConnection.connect({ address });
  const workflowsPath = fileURLToPath(new URL("./workflows.mjs", import.meta.url));
  const worker = await Worker.create({ connection, taskQueue, workflowsPath, activities: { poll } });
  await worker.run();
}
