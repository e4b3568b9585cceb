// What the jobs add up to, worked out once for each list of jobs however often it is drawn.

import { currentJob, isBlocked, isTerminal, summarizeBilling } from "/pkg/index.mjs";

/** The last result of `work`, as long as it is asked about the same things. */
export function remembered(work) {
  let before = [];
  let result;
  return (...about) => {
    if (about.some((each, index) => each !== before[index])) result = work(...about);
    before = about;
    return result;
  };
}

/** The billing summary, with how many jobs run and are blocked, and the newest one that has not ended. */
export const totals = remembered((jobs) => {
  const billing = summarizeBilling(jobs);
  const sum = (wanted) =>
    Object.entries(billing.byStatus).reduce((all, [status, { jobs }]) => (wanted(status) ? all + jobs : all), 0);
  return {
    ...billing,
    blocked: sum(isBlocked),
    active: sum((status) => !isTerminal(status) && !isBlocked(status)),
    current: currentJob(jobs),
  };
});
