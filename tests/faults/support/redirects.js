// Where a server may send a client that it should not follow.

/** To another origin, in three ways, and elsewhere on the same. */
export const redirectTargets = (other) => [
  other,
  `${other}/api/open/v1/jobs/job_1`,
  other.replace("http:", ""),
  "/elsewhere",
  "?again",
];
