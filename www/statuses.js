// The statuses as the page shows them: a label, a sign (never colour alone), a tone, and what to do.

import { isBlocked, isTerminal, jobStatuses } from "/pkg/index.mjs";

const SHOWN = {
  blocked_insufficient_credits: { label: "Out of credits", sign: "pause", tone: "warn" },
  processing: { label: "Processing", sign: "run", tone: "run" },
  completed: { label: "Completed", sign: "check", tone: "good" },
  completed_with_errors: { label: "Partly completed", sign: "partly", tone: "warn" },
  failed: { label: "Failed", sign: "cross", tone: "bad" },
  cancelled: { label: "Cancelled", sign: "slash", tone: "calm" },
  expired: { label: "Expired", sign: "clock", tone: "calm" },
};

const DESCRIPTIONS = new Map(jobStatuses().map(({ status, description }) => [status, description]));

/** How a status is shown; one that this version does not know, as the server wrote it. */
export function statusOf(status) {
  const label = status.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
  const known = DESCRIPTIONS.get(status);
  const description = known ?? "A status that this page does not know yet. The client goes on polling.";
  return { label, sign: known ? "dots" : "unknown", tone: known ? "run" : "calm", description, ...SHOWN[status] };
}

/** What a person calls the job: their own reference, else its id. */
export const nameOf = (job) => job.externalId ?? job.id;

/** The groups that the list can be narrowed to. */
export const GROUPS = {
  all: { label: "All jobs", has: () => true },
  active: { label: "Running", has: (job) => !isTerminal(job) && !isBlocked(job) },
  blocked: { label: "Out of credits", has: (job) => isBlocked(job) },
  ended: { label: "Ended", has: (job) => isTerminal(job) },
  trouble: {
    label: "Ended without full result",
    has: (job) => isTerminal(job) && job.status !== "completed",
  },
};
