// Waits as jobs of Graphile Worker on PostgreSQL, polled by any number of workers: each runs `work(ended)`.
import { makeWorkerUtils, run } from "graphile-worker";
import { PlangrepClient } from "plangrep-client";

const client = new PlangrepClient({ timeoutMs: 15_000 }); // less than a lease
const options = { maxWaitMs: 86_400_000, maxPollErrors: Infinity };
const utils = await makeWorkerUtils({});

export const createTables = () => utils.migrate();
export const start = (jobId) =>
  utils.addJob("poll", { jobId, state: null }, { jobKey: jobId, jobKeyMode: "unsafe_dedupe" });
// Something happened to the job: it is polled as soon as the floor allows. While it is polled, its lease is marked.
const NUDGE = `SELECT graphile_worker.reschedule_jobs(ARRAY[id], priority := -1,
    run_at := CASE WHEN flags IS NULL THEN now() ELSE run_at END) FROM graphile_worker.jobs WHERE key = $1`;
export const nudge = (jobId) => utils.withPgClient((db) => db.query(NUDGE, [jobId]));

// In the place of the lease: due at once where a nudge came meanwhile.
const NEXT = `SELECT graphile_worker.add_job('poll', $2, job_key := $1,
    run_at := CASE WHEN priority < 0 THEN now() ELSE now() + $3 * interval '1 ms' END)
  FROM graphile_worker.jobs WHERE key = $1`;

async function poll({ jobId, state }, { addJob, withPgClient }) {
  // A worker that dies leaves its job locked for hours: this one takes over, unless the poll has put another in its place.
  await addJob("poll", { jobId, state }, { jobKey: jobId, runAt: new Date(Date.now() + 20_000), flags: ["lease"] });
  const check = await client.checkJob(jobId, state, options);
  const next = JSON.stringify({ jobId, state: check.state });
  if (check.nextPollMs !== null) await withPgClient((db) => db.query(NEXT, [jobId, next, check.nextPollMs]));
  // Sent by a job as well; never the job of Plangrep itself: its resultUrl is a secret.
  else await addJob("ended", { jobId, outcome: check.error?.code ?? check.job.status }, { jobKey: jobId });
}

export async function work(ended) {
  const runner = await run({ taskList: { poll, ended }, concurrency: 50, maxPoolSize: 50, pollInterval: 500 });
  await runner.promise;
}
