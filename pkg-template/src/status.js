// The status logic: synchronous, callable straight after import.

import { call } from "./rust.js";

export const jobStatuses = () => call((rust) => rust.jobStatuses());
export const isTerminal = (of) => call((rust) => rust.isTerminal(of));
export const hasResult = (of) => call((rust) => rust.hasResult(of));
export const isBlocked = (of) => call((rust) => rust.isBlocked(of));
export const isKnownStatus = (status) => call((rust) => rust.isKnownStatus(status));
export const progress = (job) => call((rust) => rust.progress(job));
export const currentJob = (jobs) => call((rust) => rust.currentJob(jobs));
export const summarizeBilling = (jobs) => call((rust) => rust.summarizeBilling(jobs));
