// The status logic: synchronous, callable straight after import.

import { call } from "./rust.js";

const means = (of, word, above) => call((rust) => rust.meaning(of).includes(word), above);

const named = ([status, terminal, hasResult, description]) => ({ status, terminal, hasResult, description });

export const jobStatuses = () => call((rust) => rust.jobStatuses().map(named), jobStatuses);
export const isTerminal = (of) => means(of, "terminal", isTerminal);
export const hasResult = (of) => means(of, "hasResult", hasResult);
export const isBlocked = (of) => means(of, "blocked", isBlocked);
export const isKnownStatus = (status) => call((rust) => rust.isKnownStatus(status), isKnownStatus);
export const progress = (job) => call((rust) => rust.progress(job), progress);
export const currentJob = (jobs) => call((rust) => rust.currentJob(jobs), currentJob);
export const summarizeBilling = (jobs) => call((rust) => rust.summarizeBilling(jobs), summarizeBilling);
