// What every environment does with the package. The outcome is data, and the runner knows what must come out: a
// broken package cannot agree with itself.

export async function check(plangrep, { baseUrl, apiKey, projectId, jobId, waitJobId, watchJobId, endlessJobId }) {
  const { ApiError, PlangrepClient, PlangrepError } = plangrep;
  const client = new PlangrepClient({ baseUrl, apiKey: () => apiKey, pollFloorMs: 10, timeoutMs: 600_000 });
  const poll = { intervalMs: 20 };
  const failure = (promise) =>
    promise.then(
      () => null,
      (error) => error,
    );

  const missing = await failure(client.getJob("job_that_is_not_there"));
  const waited = [];
  const finished = await client.waitForJob(waitJobId, { ...poll, onUpdate: ({ job }) => waited.push(job.status) });
  const watched = [];
  for await (const { job } of client.watchJob(watchJobId, poll)) {
    watched.push(job.status);
    if (watched.length === 2) break;
  }
  const abort = new AbortController();
  const reason = { name: "the reason itself" };
  const onPoll = () => abort.abort(reason);
  const aborted = await failure(client.waitForJob(endlessJobId, { ...poll, signal: abort.signal, onPoll }));

  return {
    job: await client.getJob(jobId),
    jobs: await client.listJobs(projectId),
    waited: [...waited, finished.status],
    watched,
    aborted: aborted === reason,
    missing: [missing?.name, missing?.code, missing?.status],
    classes: [missing instanceof ApiError, missing instanceof PlangrepError, missing instanceof Error],
    is: [PlangrepError.is(missing), PlangrepError.is(aborted)],
    terminal: ["completed", "processing", "unheard_of"].map((status) => plangrep.isTerminal(status)),
    literalKey: literalKey(plangrep),
    relative: await relative(plangrep),
  };
}

/** A web page may not hold the key itself, a server may. */
function literalKey({ InvalidArgumentError, PlangrepClient }) {
  try {
    new PlangrepClient({ apiKey: "a-key" }).close();
    return "accepted";
  } catch (error) {
    return error instanceof InvalidArgumentError && error.argument === "apiKey" ? "refused" : String(error);
  }
}

/** A relative address can be given anywhere, and counts from the page; where there is none, a request is refused. */
async function relative({ PlangrepClient }) {
  const client = new PlangrepClient({ baseUrl: "/plangrep", maxRetries: 0 });
  const error = await client.getJob("job_1").catch((error) => error);
  return error.argument === "baseUrl" ? "refused" : "counts from the page";
}
