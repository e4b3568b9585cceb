// Jobs as the API's documentation shows them.

/** A job with every documented field; `n` tells it from others. */
export function job(n, changes) {
  return {
    id: `job_8f2c1e5a90b7${n}`,
    externalId: `order-${7890 + n}`,
    status: "completed",
    projectId: "proj_4d1b7c3e9a20",
    limits: { maxDeclaredBytes: 10_000_000_000, maxFiles: 100 },
    pageCount: 204,
    successfulPageCount: 204,
    billing: { creditsDebited: 204 },
    files: [{ id: `file_6a3b9d2f8c14${n}`, fileName: `contract-${n}.pdf`, status: "completed" }],
    resultUrl: `https://storage.plangrep.com/results/job_8f2c1e5a90b7${n}.zip?token=c2lnbmVkLXVybC10b2tlbg`,
    error: null,
    createdAt: "2024-11-02T09:00:00.000Z",
    updatedAt: "2024-11-02T09:07:35.412Z",
    completedAt: "2024-11-02T09:07:35.412Z",
    expiresAt: "2024-11-09T09:00:00.000Z",
    ...changes,
  };
}

/** The body of a response to List Jobs. */
export function list(count, changes) {
  return JSON.stringify({ jobs: Array.from({ length: count }, (_, n) => job(n, changes)) });
}
