// Waits as delayed jobs of BullMQ, polled by any number of workers: each runs `work()`.
import { DelayedError, Queue, Worker } from "bullmq";
import { PlangrepClient } from "plangrep-client";

const client = new PlangrepClient();
const options = { maxWaitMs: 86_400_000, maxPollErrors: Infinity };
const connection = {
  host: process.env.REDIS_HOST,
  port: Number(process.env.REDIS_PORT ?? 6379),
  maxRetriesPerRequest: null,
};
const queue = new Queue("plangrep-waits", { connection });

export const start = (jobId) => queue.add("wait", { state: null }, { jobId, removeOnComplete: { age: 86_400 } });
const promote = (job) => job.promote().catch(() => {}); // where it is not delayed, that is nobody's fault
/** Something happened to the job: it is polled as soon as the floor allows. */
export async function nudge(jobId) {
  const job = await queue.getJob(jobId);
  await job?.updateProgress("nudged"); // for the poll that is under way
  if (job) await promote(job);
}

async function poll(job, token) {
  await job.updateProgress("polling");
  const check = await client.checkJob(job.id, job.data.state, options);
  // Never the job itself: its resultUrl is a secret.
  if (check.nextPollMs === null) return { outcome: check.error?.code ?? check.job.status };
  await job.updateData({ state: check.state });
  await job.moveToDelayed(Date.now() + check.nextPollMs, token);
  const { progress } = await queue.getJob(job.id);
  if (progress === "nudged") await promote(job);
  throw new DelayedError(); // uses no attempt up
}

// A worker that dies loses its locks, which BullMQ counts for the whole life of a job: the count must not end a wait.
const stalled = { lockDuration: 20_000, stalledInterval: 10_000, maxStalledCount: 1_000_000 };
export const work = () => new Worker("plangrep-waits", poll, { connection, concurrency: 100, ...stalled });
