// The status logic: synchronous, callable straight after import.

import { call } from "./rust.js";

export const jobStatuses = () => call((rust) => rust.jobStatuses(), jobStatuses);
export const isTerminal = (of) => call((rust) => rust.isTerminal(of), isTerminal);
export const hasResult = (of) => call((rust) => rust.hasResult(of), hasResult);
export const isBlocked = (of) => call((rust) => rust.isBlocked(of), isBlocked);
export const isKnownStatus = (status) => call((rust) => rust.isKnownStatus(status), isKnownStatus);
export const progress = (job) => call((rust) => rust.progress(job), progress);
export const currentJob = (jobs) => call((rust) => rust.currentJob(jobs), currentJob);
export const summarizeBilling = (jobs) => call((rust) => rust.summarizeBilling(jobs), summarizeBilling);
