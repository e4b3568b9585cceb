// The documentation's sample bodies, and what tests make of them.

import { readFileSync } from "node:fs";
import { jobFields } from "./tables.js";

const sample = (name) => readFileSync(new URL(`../../emulator/samples/${name}.json`, import.meta.url), "utf8");

export const getJobBody = sample("get-job");
export const listJobsBody = sample("list-jobs");

export const KEY = "pgk_live_4f9a1c0d2b7e6a58";

/** A job as the caller gets it: with null, or an empty list, where the response leaves a field out. */
export function completed(job) {
  const whole = { ...job };
  for (const { name, shape, nullable } of jobFields) if (nullable) whole[name] ??= shape === "list" ? [] : null;
  return whole;
}

/** The sample job, completed and with some fields changed; `undefined` leaves a field out. */
export const job = (changes = {}) => ({ ...completed(JSON.parse(getJobBody).job), id: "job_1", ...changes });

/** The body of a response to Get Job. */
export const jobBody = (changes) => ({ job: job(changes) });
