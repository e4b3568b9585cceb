// What a careful application would put together by hand: ky for requests, zod for responses, p-retry so that a wait
// survives failed polls, p-wait-for for the loop. No adaptive interval, no sharing of requests, no error classes.

import { HTTPError } from "ky";
import pRetry, { AbortError } from "p-retry";
import pWaitFor from "p-wait-for";
import { createReader } from "./ky-zod.js";

const terminal = new Set(["completed", "completed_with_errors", "failed", "cancelled", "expired"]);
const final = (error) => error instanceof HTTPError && error.response.status < 500 && error.response.status !== 429;

export function createClient(options) {
  const { getJob, listJobs } = createReader(options);

  const poll = (id, signal) =>
    pRetry(
      async () => {
        try {
          return await getJob(id, { signal });
        } catch (error) {
          throw final(error) ? new AbortError(error) : error;
        }
      },
      { retries: 5, minTimeout: 10_000, maxTimeout: 30_000, signal },
    );

  const waitForJob = (id, { maxWaitMs = Infinity, intervalMs = 10_000, signal } = {}) =>
    pWaitFor(
      async () => {
        const job = await poll(id, signal);
        return terminal.has(job.status) && pWaitFor.resolveWith(job);
      },
      { interval: intervalMs, timeout: { milliseconds: maxWaitMs }, signal },
    );

  return { getJob, listJobs, waitForJob };
}
