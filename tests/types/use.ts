// What a program may do with the types, in every strictness.

import {
  ApiError,
  type BillingSummary,
  type CheckOptions,
  type ClientEvent,
  type ClientOptions,
  ConnectionError,
  currentJob,
  type ErrorCode,
  hasResult,
  InvalidArgumentError,
  InvalidResponseError,
  isBlocked,
  isKnownStatus,
  isTerminal,
  type Job,
  JobBlockedError,
  JobFailedError,
  type JobState,
  type JobStatus,
  type JobStatusInfo,
  type JobUpdate,
  jobStatuses,
  type KnownJobStatus,
  PlangrepClient,
  PlangrepError,
  type ProjectState,
  type ProjectUpdate,
  progress,
  type RequestOptions,
  type Store,
  summarizeBilling,
  TimeoutError,
  WaitTimeoutError,
  type Watch,
} from "plangrep-client";

declare const signal: AbortSignal;
declare const maybe: number | undefined;

/** As libraries declare theirs, with classes of their own. */
declare class LibraryHeaders {
  get(name: string): string | null;
  append(name: string, value: string): void;
}
declare function libraryFetch(
  input: string | URL | { url: string },
  init?: {
    method?: string;
    headers?: Record<string, string> | LibraryHeaders;
    signal?: AbortSignal | null;
    redirect?: string;
  },
): Promise<{
  readonly status: number;
  readonly headers: LibraryHeaders;
  readonly body: object | null;
  text(): Promise<string>;
  json(): Promise<unknown>;
}>;

export async function* updates(): AsyncGenerator<JobUpdate> {
  for (const update of [] as JobUpdate[]) yield update;
}
/** A mock of a watch, as a test writes it. */
export const mocked: Watch<JobUpdate> = updates();
export const inferred: Watch<number> = (async function* () {
  yield 1;
})();

export const clients: PlangrepClient[] = [
  new PlangrepClient(),
  new PlangrepClient({}),
  new PlangrepClient({ apiKey: "key", baseUrl: "https://a.example", fetch, headers: { a: "b" }, timeoutMs: 1 }),
  new PlangrepClient({
    apiKey: () => "key",
    baseUrl: new URL("https://a.example"),
    fetch: (input, init) => fetch(input, init),
  }),
  // Mocks hold what is used, at once or in a while.
  new PlangrepClient({
    fetch: () => ({ status: 200, headers: new Map([["a", "b"]]) as never, text: async () => "{}" }),
  }),
  new PlangrepClient({ fetch: async () => ({ status: 200, headers: { get: () => null }, json: async () => ({}) }) }),
  new PlangrepClient({ fetch: libraryFetch }),
  new PlangrepClient({ apiKey: async () => "key", onEvent: (event) => void event.url, dangerouslyAllowBrowser: true }),
  new PlangrepClient({
    apiKey: undefined,
    baseUrl: undefined,
    headers: undefined,
    timeoutMs: maybe,
    pollFloorMs: maybe,
    maxConcurrency: maybe,
  }),
];

export async function checks(client: PlangrepClient, stored: string | null): Promise<string> {
  const options: CheckOptions = { signal, maxWaitMs: maybe, maxPollErrors: Number.POSITIVE_INFINITY, maxRetries: 0 };
  const check = await client.checkJob("job", stored, options);
  const next: number | null = check.nextPollMs;
  const state: string = check.state;
  const job: Job | null = check.job;
  const error: PlangrepError | null = check.error;
  const terminal: boolean = check.terminal;
  await client.checkJob("job");
  await client.checkJob("job", state);
  const project = await client.checkProject("project", undefined, { ...options, stopWhenIdle: true });
  const jobs: readonly Job[] | null = project.jobs;
  return [next, job, error, terminal, jobs, project.changed.length, project.current, project.polled].join();
}

export async function requests(client: PlangrepClient): Promise<string> {
  const options: RequestOptions = { signal, timeoutMs: maybe, maxRetries: 0 };
  const job: Job = await client.getJob("job", options);
  const jobs: Job[] = await client.listJobs("project");
  jobs.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  const done: Job = await client.waitForJob(job.id, {
    signal,
    maxWaitMs: 1,
    onUpdate: (update: JobUpdate) => void update,
    onBlocked: "throw",
  });
  const all: Job[] = await client.waitForJobs(new Set(["a", "b"]), {
    maxPollErrors: Number.POSITIVE_INFINITY,
    onPoll() {},
    onPollError: (error: PlangrepError) => void (error.jobId ?? error.projectId ?? error.url)?.length,
  });
  client.close();
  return done.id + all.length;
}

export async function watches(client: PlangrepClient): Promise<number> {
  const watch: Watch<JobUpdate> = client.watchJob("job", { everyPoll: true, intervalMs: 5000 });
  for await (const update of watch) if (update.terminal) break;
  await watch.return();
  await watch.return("a value");
  let count = 0;
  for await (const { jobs, changed, current, nextPollMs } of client.watchProject("project", { stopWhenIdle: true })) {
    const update: Pick<ProjectUpdate, "jobs"> = { jobs };
    count += update.jobs.length + changed.length + (nextPollMs ?? 0);
    if (current === null) return count;
  }
  const result: IteratorResult<JobUpdate, undefined> = await client.watchJob("job").next();
  return result.done ? count : result.value.poll;
}

export function stores(client: PlangrepClient): unknown[] {
  const job: Store<JobState> = client.observeJob("job", { maxWaitMs: maybe, onBlocked: "throw" });
  const { get, subscribe, listen, refresh } = client.observeProject("project", { stopWhenIdle: true });
  const ends: (() => void)[] = [
    job.subscribe(({ status, job, error }) => void [status === "live", job?.id, error?.code]),
    subscribe((state: ProjectState) => void state.billing.creditsDebited),
    listen(() => {}),
  ];
  refresh();
  for (const end of ends) end();
  return [job.get().etaMs?.toFixed(), get().current?.id, get().jobs.length];
}

export function jobFields(job: Job): unknown[] {
  const known: KnownJobStatus = isKnownStatus(job.status) ? job.status : "processing";
  const status: JobStatus = "a status of tomorrow";
  return [
    ...[
      known,
      status,
      job.externalId?.length,
      job.limits?.maxFiles,
      (job.pageCount ?? 0) + 1,
      job.billing?.creditsDebited,
    ],
    ...[job.files.map(({ id, fileName, status }) => id + fileName + status), job.error?.code, job.error?.anything],
    ...[job.resultUrl?.startsWith("https"), Date.parse(job.createdAt), job.completedAt ?? job.expiresAt],
  ];
}

export function statusLogic(job: Job): unknown[] {
  const rows: readonly JobStatusInfo[] = jobStatuses();
  const billing: BillingSummary = summarizeBilling([job]);
  const narrow = currentJob([{ status: "processing", createdAt: "", mine: 1 }]);
  return [
    ...[isTerminal(job), isTerminal("completed"), isTerminal({ status: "new" }), hasResult(job), isBlocked(job.status)],
    ...[progress(job), progress({ pageCount: 4, successfulPageCount: null }), rows[0]?.description, narrow?.mine],
    ...[billing.byStatus.completed?.pageCount, currentJob([job] as const)?.files],
  ];
}

export function events(event: ClientEvent): string {
  switch (event.type) {
    case "request":
      return event.url;
    case "response":
      return `${event.status} ${event.durationMs} ${event.requestId}`;
    case "retry":
      return `${event.delayMs} ${event.error.code}`;
    case "error":
      return `${event.attempts} ${event.error.message}`;
  }
}

export function errors(error: unknown): string | number | null {
  if (error instanceof ApiError)
    return error.status + (error.retryAfterMs ?? 0) + error.attempts + (error.apiCode ?? "");
  if (error instanceof InvalidArgumentError) return error.argument;
  if (error instanceof ConnectionError) return error.attempts;
  if (error instanceof TimeoutError) return error.timeoutMs;
  if (error instanceof InvalidResponseError) return error.path + error.status;
  if (error instanceof WaitTimeoutError) return error.lastJob?.id ?? error.lastError?.message ?? error.polls;
  if (error instanceof JobFailedError || error instanceof JobBlockedError) return error.job.id;
  if (PlangrepError.is(error)) {
    const code: ErrorCode = error.code;
    const known: Error = error;
    return code + known.message + String(error.cause);
  }
  return null;
}

/** Options can be built step by step and handed on. */
export const layered: ClientOptions = {
  ...({ timeoutMs: 1 } satisfies ClientOptions),
  ...(maybe ? { maxRetries: maybe } : {}),
};
