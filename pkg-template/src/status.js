// The status logic: synchronous, callable straight after import.

import { call } from "./rust.js";

const means = (of, bit) => call((rust) => (rust.meaning(of) & bit) !== 0);

export const jobStatuses = () => call((rust) => rust.jobStatuses());
export const isTerminal = (of) => means(of, 1);
export const hasResult = (of) => means(of, 2);
export const isBlocked = (of) => means(of, 4);
export const isKnownStatus = (status) => call((rust) => rust.isKnownStatus(status));
export const progress = (job) => call((rust) => rust.progress(job));
export const currentJob = (jobs) => call((rust) => rust.currentJob(jobs));
export const summarizeBilling = (jobs) => call((rust) => rust.summarizeBilling(jobs));
