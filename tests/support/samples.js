// The documentation's sample bodies, and what tests make of them.

import { readFileSync } from "node:fs";

const sample = (name) => readFileSync(new URL(`../../emulator/samples/${name}.json`, import.meta.url), "utf8");

export const getJobBody = sample("get-job");
export const listJobsBody = sample("list-jobs");

export const KEY = "pgk_live_4f9a1c0d2b7e6a58";

/** The sample job, with some fields changed; `undefined` leaves a field out. */
export const job = (changes = {}) => ({ ...JSON.parse(getJobBody).job, id: "job_1", ...changes });

/** The body of a response to Get Job. */
export const jobBody = (changes) => ({ job: job(changes) });
