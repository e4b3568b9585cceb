// Waits as rows of a PostgreSQL table, polled by any number of workers: each runs `work()`.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { PlangrepClient } from "plangrep-client";

const client = new PlangrepClient({ timeoutMs: 15_000 }); // less than a lease
const options = { maxWaitMs: 86_400_000, maxPollErrors: Infinity };
const db = new pg.Pool();

export const createTable = () =>
  db.query(`CREATE TABLE IF NOT EXISTS waits (job_id text PRIMARY KEY, state text, outcome text,
      due timestamptz NOT NULL DEFAULT now(), lease timestamptz NOT NULL DEFAULT now());
    CREATE INDEX IF NOT EXISTS waits_due ON waits (due) WHERE outcome IS NULL`);
export const start = (jobId) => db.query("INSERT INTO waits (job_id) VALUES ($1) ON CONFLICT DO NOTHING", [jobId]);
// Something happened to the job: it is polled as soon as the floor allows.
export const nudge = (jobId) => db.query("UPDATE waits SET due = now() WHERE job_id = $1 AND outcome IS NULL", [jobId]);

// A worker leases the rows that it takes: if it dies, they are due again.
const TAKE = `UPDATE waits SET due = now() + interval '20 s', lease = now() + interval '20 s' WHERE job_id IN
    (SELECT job_id FROM waits WHERE outcome IS NULL AND due <= now() AND lease <= now()
      ORDER BY due LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING job_id, state, lease::text`;
// Where the lease is lost, nothing; where a nudge came meanwhile, due at once.
const PUT = `UPDATE waits SET state = $3, outcome = $4, lease = now(), due = CASE WHEN due < lease THEN now()
    ELSE now() + $5 * interval '1 ms' END WHERE job_id = $1 AND lease = $2::timestamptz`;

async function poll({ job_id, state, lease }) {
  const check = await client.checkJob(job_id, state, options);
  const outcome = check.nextPollMs === null ? (check.error?.code ?? check.job.status) : null;
  await db.query(PUT, [job_id, lease, check.state, outcome, check.nextPollMs ?? 0]);
}

export async function work(places = 100) {
  let free = places;
  const done = () => free++;
  for (; ; await sleep(500)) {
    const { rows } = await db.query(TAKE, [free]);
    free -= rows.length;
    for (const row of rows) void poll(row).catch(console.error).then(done);
  }
}
