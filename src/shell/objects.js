// The objects that an application gets, each made in one call.

/** Makes an instance of the right error class, once the facade has handed that over. */
let makeError;

/** The code and the message in an error's body. The documentation does not say whether they stand on top or in `error`. */
function said(body) {
  const error = body?.error;
  const text = (name) => [error?.[name], body?.[name]].find((value) => typeof value === "string");
  const message = text("message") ?? (typeof error === "string" ? error : text("detail"));
  return { apiCode: text("code") ?? null, apiMessage: message ?? null };
}

// Members of an object: wasm-bindgen then calls them through its own JavaScript, and the wasm imports from there only.
export const objects = {
  setErrorFactory(make) {
    makeError = make;
  },
  draft: (facts, problem) => ({ facts, problem }),
  /**
   * Beside the facts and the problem an error may have: the `index` of what it is about in a list, `more` to say, `causes`
   * (one that may be undefined), `attempts`, the `url` of its request and its `subject`, "jobId" or "projectId" and the id.
   */
  with: (draft, name, value) => ({ ...draft, [name]: value }),
  error(code, { facts, problem, index, more = "", causes = [], attempts, url, subject }, located) {
    const about = located && subject ? { [subject[0]]: subject[1] } : {};
    // Of a wait that timed out, `jobId` is always there, as it was before there was a `projectId`.
    if (about.projectId && facts?.lastJob !== undefined) about.jobId = about.projectId;
    const all = { ...about, ...(located && url && { url }), ...facts, ...(attempts && { attempts }) };
    const text = problem + (index === undefined ? "" : `, at index ${index}`) + more;
    return makeError?.(code, text, all, ...causes) ?? all;
  },
  argument: (argument) => ({ argument }),
  invalidResponse: (path, status) => ({ path, status }),
  timeout: (timeoutMs) => ({ timeoutMs }),
  ended: (job) => ({ job }),
  expired: (lastJob, lastError, polls, elapsedMs, state) => ({ lastJob, lastError, polls, elapsedMs, state }),
  /** The facts of a response that is no success. The text is that of its body. */
  refusal(text, status, requestId, retryAfterMs) {
    let body = text;
    try {
      body = JSON.parse(text);
    } catch {}
    return { status, ...said(body), requestId: requestId ?? null, retryAfterMs: retryAfterMs ?? null, body };
  },
  /** What a body says for itself, if it is an error's. */
  said(body) {
    const { apiCode, apiMessage } = said(body);
    return apiMessage ?? apiCode ?? undefined;
  },
  job: (job, previous, changed, terminal, progress, etaMs) => ({
    job,
    // A check has none: its state keeps no job.
    ...(previous !== undefined && { previous }),
    changed,
    terminal,
    progress: progress ?? null,
    etaMs: etaMs ?? null,
  }),
  project: (current, jobs, changed) => ({ current, jobs, changed }),
  /** The update that a poll makes: what it is about, a job or a project, and facts of the poll. */
  update: (about, poll, elapsedMs, nextPollMs, state) => ({
    ...about,
    poll,
    elapsedMs,
    nextPollMs: nextPollMs ?? null,
    state,
  }),
  check: (update, polled, error) => ({ ...update, polled, error }),
  next: (done, value) => ({ done, value }),
  totals: (jobs, creditsDebited, pageCount, successfulPageCount) => ({
    jobs,
    creditsDebited,
    pageCount,
    successfulPageCount,
  }),
  // Not one assignment each: a status may be named "__proto__".
  billing: (totals, byStatus) => ({ ...totals, byStatus: Object.fromEntries(byStatus) }),
  /** Completes a job: what may be null and is left out, its files, and an error that is a bare string. */
  complete(job, names) {
    for (const name of names) job[name] ??= null;
    job.files ??= [];
    if (typeof job.error === "string") job.error = { message: job.error };
    return typeof job.error === "object" && !Array.isArray(job.error);
  },
};
