// The public API of the npm package `plangrep-client`.
//
// This is a contract: the published declarations must accept everything that this file accepts and mean the same.
// They may be worded better and carry more documentation; a member more is named in the closing note. A change of
// meaning is a breaking change.
//
// Conventions: every duration is in milliseconds and ends in `Ms`; every timestamp is an ISO 8601 string as the
// server sent it; every promise rejects with a PlangrepError or, when the caller aborted, with `signal.reason` itself.
// Needs TypeScript ≥ 5.6 and the dom library or @types/node; with `esnext.disposable`, `await using` a watch type-checks.

// ─── Jobs ────────────────────────────────────────────────────────────────────────────────────────────────────────

export type TerminalJobStatus = "completed" | "completed_with_errors" | "failed" | "cancelled" | "expired";

export type KnownJobStatus =
  | "provisioning"
  | "awaiting_uploads"
  | "uploading"
  | "preflighting"
  | "blocked_insufficient_credits"
  | "processing"
  | TerminalJobStatus;

/** A status as the server sent it: open, so that one added to the API later reaches you unchanged. */
export type JobStatus = KnownJobStatus | (string & {});

/**
 * A job, checked at the boundary and otherwise as the server sent it: a plain object (it survives JSON and
 * structuredClone), fields that this version does not know included.
 * Absent in the answer: nullable fields become null, `files` becomes []. `id`, `status`, `projectId`, `createdAt`
 * and `updatedAt` must be there, or the call rejects with InvalidResponseError.
 */
export interface Job {
  readonly id: string;
  readonly externalId: string | null;
  readonly status: JobStatus;
  readonly projectId: string;
  readonly limits: JobLimits | null;
  readonly pageCount: number | null;
  readonly successfulPageCount: number | null;
  readonly billing: JobBilling | null;
  readonly files: readonly JobFile[];
  /** Pre-signed: whoever has it can read the result. */
  readonly resultUrl: string | null;
  readonly error: JobError | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly completedAt: string | null;
  readonly expiresAt: string | null;
}
export interface JobLimits {
  readonly maxDeclaredBytes: number;
  readonly maxFiles: number;
}
export interface JobBilling {
  readonly creditsDebited: number;
}
export interface JobFile {
  readonly id: string;
  readonly fileName: string;
  readonly status: string;
}
/** The API does not document the fields; a bare string arrives as `{ message }`. */
export interface JobError {
  readonly code?: string | null;
  readonly message?: string | null;
  readonly [field: string]: unknown;
}

// ─── Status logic: synchronous, no set-up, callable straight after import in every runtime ───────────────────────

export interface JobStatusInfo {
  readonly status: KnownJobStatus;
  readonly terminal: boolean;
  /** A result, whole or partial, can be retrieved. */
  readonly hasResult: boolean;
  readonly description: string;
}
/** Every documented status, in lifecycle order. */
export function jobStatuses(): readonly JobStatusInfo[];
/** Whether the status will not change any more. An unknown status is not terminal. */
export function isTerminal(of: JobStatus | Pick<Job, "status">): boolean;
/** completed or completed_with_errors. */
export function hasResult(of: JobStatus | Pick<Job, "status">): boolean;
/** blocked_insufficient_credits: it waits for a person. */
export function isBlocked(of: JobStatus | Pick<Job, "status">): boolean;
export function isKnownStatus(status: string): status is KnownJobStatus;
/** Successful pages over all pages, 0 to 1; null while the page count is absent or 0. */
export function progress(job: Pick<Job, "pageCount" | "successfulPageCount">): number | null;
/** The newest job (by createdAt, whatever the order of the list) that is not terminal; null if there is none. */
export function currentJob<J extends Pick<Job, "status" | "createdAt">>(jobs: readonly J[]): J | null;
/** What the jobs of a project cost: the sum, and the same by status (only statuses that occur). */
export function summarizeBilling(jobs: readonly Job[]): BillingSummary;

export interface BillingTotals {
  readonly jobs: number;
  readonly creditsDebited: number;
  readonly pageCount: number;
  readonly successfulPageCount: number;
}
export interface BillingSummary extends BillingTotals {
  readonly byStatus: { readonly [status: string]: BillingTotals };
}

// ─── Client ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ClientOptions {
  /**
   * The API key, or a function that is asked anew before every attempt (rotation, short-lived tokens).
   * Default: the environment variable PLANGREP_API_KEY where the runtime has one. It may be left out where `baseUrl`
   * is a server of yours that adds it. A string in a web page is refused unless `dangerouslyAllowBrowser`.
   */
  apiKey?: string | (() => string | Promise<string>) | undefined;
  /**
   * Where the API is. Default: the environment variable PLANGREP_BASE_URL, else "https://plangrep.com". It may have a path
   * ("https://app.example/plangrep") and, in a page, be relative ("/plangrep"). A key is never sent over plain http,
   * but to a loopback host.
   */
  baseUrl?: string | URL | undefined;
  /** Called as a plain function, looked up per request when left out. undici's fetch and a mock of `{ status, headers, json }` fit. */
  fetch?: FetchLike | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** One attempt, from sending to the last byte of the body. Default 30 000. */
  timeoutMs?: number | undefined;
  /** Attempts after the first. Default 2; 0 turns retrying off. */
  maxRetries?: number | undefined;
  /** The API's documented floor between two polls. Default 5 000; lower it only for a server of your own. */
  pollFloorMs?: number | undefined;
  /** Requests of this client's waits, watches and stores in flight at once; a retry that sleeps holds no place. Default 4 in a page, 50 elsewhere. */
  maxConcurrency?: number | undefined;
  /** Let a page hold a literal key (whoever opens the page can read it). Default false. */
  dangerouslyAllowBrowser?: boolean | undefined;
  /** Told of every request, answer and retry; never of a header or the key. What it throws is ignored. */
  onEvent?: ((event: ClientEvent) => void) | undefined;
}

// What is used of a fetch function and of its Response: structural, wide enough for every implementation in use.
export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
  readonly cache?: "no-store";
}
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** At least one of the three is there. */
  readonly body?: unknown;
  text?(): Promise<string>;
  json?(): Promise<unknown>;
}
export type FetchLike = (input: string, init: FetchInit) => Promise<FetchResponse> | FetchResponse;

export type ClientEvent =
  | { readonly type: "request"; readonly url: string; readonly attempt: number }
  | {
      readonly type: "response";
      readonly url: string;
      readonly attempt: number;
      readonly status: number;
      readonly durationMs: number;
      readonly requestId: string | null;
    }
  | {
      readonly type: "retry";
      readonly url: string;
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: PlangrepError;
    }
  /** A request failed for good, after its attempts; a wait may survive it. */
  | { readonly type: "error"; readonly url: string; readonly attempts: number; readonly error: PlangrepError };

export interface RequestOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  maxRetries?: number | undefined;
}

export interface WaitOptions extends RequestOptions {
  /** Give up after this long: WaitTimeoutError, with one last poll just before. Default: never. */
  maxWaitMs?: number | undefined;
  /** A fixed interval, from an answer to the next poll. Left out, it adapts to the job's progress between the next two. */
  intervalMs?: number | undefined;
  /** Default 10 000. */
  minIntervalMs?: number | undefined;
  /** Default 30 000. */
  maxIntervalMs?: number | undefined;
  /** Before the first poll. Default 0. */
  initialDelayMs?: number | undefined;
  /** The first observation, and every one that differs from the one before. */
  onUpdate?: ((update: JobUpdate) => void) | undefined;
  /** Every successful poll. */
  onPoll?: ((update: JobUpdate) => void) | undefined;
  /** A poll failed and the wait goes on. */
  onPollError?: ((error: PlangrepError) => void) | undefined;
  /** Goes on where a wait, watch or check of this job stopped, here or elsewhere. What cannot be read starts anew. */
  state?: string | null | undefined;
  /** failed, cancelled and expired reject with JobFailedError instead of resolving. Default false. */
  throwOnFailure?: boolean | undefined;
  /** "throw": blocked_insufficient_credits rejects with JobBlockedError. Default "wait". */
  onBlocked?: "wait" | "throw" | undefined;
  /** Failed polls in a row (each retried as a request already) that a wait survives. Default 5; 0 survives none. */
  maxPollErrors?: number | undefined;
}

export interface JobUpdate {
  readonly job: Job;
  readonly previous: Job | null;
  readonly changed: boolean;
  readonly terminal: boolean;
  /** As progress(job). */
  readonly progress: number | null;
  /** Estimated time to the end, from the pages done so far; null where nothing can be said. */
  readonly etaMs: number | null;
  /** 1 for the first poll of this wait. */
  readonly poll: number;
  readonly elapsedMs: number;
  /** When the next poll is due, from now; null after the last. */
  readonly nextPollMs: number | null;
  /** The wait as data: see checkJob. */
  readonly state: string;
}

export interface WatchOptions extends Omit<WaitOptions, "onUpdate" | "onPoll" | "onPollError" | "throwOnFailure"> {
  /** Yield every poll, not only changes. Default false. */
  everyPoll?: boolean | undefined;
}
export interface WatchProjectOptions extends Omit<WatchOptions, "onBlocked"> {
  /** End once no job of the project is active. Default false: go on until closed or aborted. */
  stopWhenIdle?: boolean | undefined;
}
export interface ProjectUpdate {
  /** All jobs, in the server's order. */
  readonly jobs: readonly Job[];
  /** New or different since the update before; the first time, all. */
  readonly changed: readonly Job[];
  readonly current: Job | null;
  readonly poll: number;
  readonly elapsedMs: number;
  readonly nextPollMs: number | null;
  readonly state: string;
}

// ─── The wait as data: one poll in, what to do next out; any process may take it up ──────────────────────────────

export interface CheckOptions
  extends RequestOptions,
    Pick<WaitOptions, "maxWaitMs" | "intervalMs" | "minIntervalMs" | "maxIntervalMs" | "maxPollErrors"> {}

export interface Check {
  /** false: it was too early (the floor, a Retry-After); nothing was sent. */
  readonly polled: boolean;
  /** Polls of the whole chain of states, this one included. 1: it began here (or the state could not be read). */
  readonly poll: number;
  readonly elapsedMs: number;
  /** To be stored and handed to the next check, anywhere. Text, about 120 bytes; no key, no URL, no part of the job. */
  readonly state: string;
}
/** It is over when `nextPollMs` is null: with `error` it failed (or `maxWaitMs` is over), else `job` is terminal. */
export type JobCheck = Check & {
  readonly changed: boolean;
  readonly progress: number | null;
  readonly etaMs: number | null;
} & (
    | {
        readonly nextPollMs: number;
        readonly job: Job | null;
        readonly terminal: false;
        readonly error: PlangrepError | null;
      }
    | { readonly nextPollMs: null; readonly job: Job; readonly terminal: true; readonly error: null }
    | { readonly nextPollMs: null; readonly job: Job | null; readonly terminal: false; readonly error: PlangrepError }
  );
export type ProjectCheck = Check & {
  /** null where nothing was had. */
  readonly jobs: readonly Job[] | null;
  /** New or different since the state before; each end is told once. Act on it, then store the state. */
  readonly changed: readonly Job[];
  readonly current: Job | null;
  readonly nextPollMs: number | null;
  readonly error: PlangrepError | null;
};

// ─── Stores, for interfaces ──────────────────────────────────────────────────────────────────────────────────────

/** The newest state of what is polled while somebody listens. Svelte's store contract; nanostores' get, subscribe, listen; React: useSyncExternalStore(store.listen, store.get, store.get). Methods work detached. */
export interface Store<T> {
  /** The same object until something changes. */
  readonly get: () => T;
  /** Told at once and at every change; gives what ends it. */
  readonly subscribe: (listener: (state: T) => void) => () => void;
  /** As subscribe, without the first. */
  readonly listen: (listener: (state: T) => void) => () => void;
  /** Polls soon (no sooner than the floor), or tries again what failed. */
  readonly refresh: () => void;
}
export type StoreStatus = "idle" | "loading" | "live" | "ended" | "failed";
export interface JobState {
  readonly status: StoreStatus;
  readonly job: Job | null;
  readonly progress: number | null;
  readonly etaMs: number | null;
  /** Unix ms; null: none is due. */
  readonly nextPollAt: number | null;
  /** Of the last poll: with "live" it is survived, with "failed" it ended the polling. */
  readonly error: PlangrepError | null;
  /** When the server last answered, Unix ms. */
  readonly updatedAt: number | null;
}
export interface ProjectState {
  readonly status: StoreStatus;
  readonly jobs: readonly Job[];
  readonly current: Job | null;
  readonly billing: BillingSummary;
  readonly nextPollAt: number | null;
  readonly error: PlangrepError | null;
  readonly updatedAt: number | null;
}

/** `for await` it; leaving the loop, return(), throw() or `await using` stops the polling and aborts a request in flight. */
export interface Watch<T> extends AsyncIteratorObject<T, undefined, unknown> {
  return(value?: unknown): Promise<IteratorResult<T, undefined>>;
}

export class PlangrepClient {
  /** Throws InvalidArgumentError, synchronously, naming the option at fault. */
  constructor(options?: ClientOptions);
  getJob(jobId: string, options?: RequestOptions): Promise<Job>;
  /** Newest first. */
  listJobs(projectId: string, options?: RequestOptions): Promise<Job[]>;
  /** Polls until the job is terminal. Waits of one client that concern one project share their requests. */
  waitForJob(jobId: string, options?: WaitOptions): Promise<Job>;
  /** In the order of the ids; rejects with the first failure. */
  waitForJobs(jobIds: Iterable<string>, options?: WaitOptions): Promise<Job[]>;
  watchJob(jobId: string, options?: WatchOptions): Watch<JobUpdate>;
  /** One list request a poll, however many jobs. */
  watchProject(projectId: string, options?: WatchProjectOptions): Watch<ProjectUpdate>;
  /** One poll of a wait that lives in `state`. Rejects for bad arguments, an abort, a closed client or no wasm alone: a failed poll is data. `maxRetries` is 0 unless given. */
  checkJob(jobId: string, state?: string | null, options?: CheckOptions): Promise<JobCheck>;
  checkProject(
    projectId: string,
    state?: string | null,
    options?: CheckOptions & { stopWhenIdle?: boolean | undefined },
  ): Promise<ProjectCheck>;
  /** Something happened to this job or in this project: who waits for it here polls soon. Whether anybody does. */
  nudge(id: string): boolean;
  observeJob(jobId: string, options?: Omit<WatchOptions, "everyPoll" | "signal">): Store<JobState>;
  observeProject(projectId: string, options?: Omit<WatchProjectOptions, "everyPoll" | "signal">): Store<ProjectState>;
  /** After credits were added. The job as the server then has it; waits of this client learn it too. */
  resumeJob(jobId: string, options?: RequestOptions): Promise<Job>;
  /** Asks it to stop; it may take a while to show. */
  cancelJob(jobId: string, options?: RequestOptions): Promise<Job>;
  /** Ends what is pending (code "client_closed") and frees the client; a second call does nothing. */
  close(): void;
}

// ─── Errors: real Error subclasses; recognised across copies and realms by PlangrepError.is ──────────────────────

export type ErrorCode =
  | "invalid_argument"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "rate_limited"
  | "server_error"
  | "http_error"
  | "connection_failed"
  | "timeout"
  | "invalid_response"
  | "wait_timeout"
  | "job_failed"
  | "job_blocked"
  | "client_closed"
  | "wasm_unavailable"
  | "internal";

export interface PlangrepErrorJson {
  readonly name: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly [fact: string]: unknown;
}

/** `name` is the class's name, also after minifying. No error holds the key, a Request or a header list. */
export class PlangrepError extends Error {
  readonly code: ErrorCode;
  readonly cause?: unknown;
  /** What it was about, where it was about one. */
  readonly jobId?: string;
  readonly projectId?: string;
  /** Of the request, without a query. */
  readonly url?: string;
  static is(value: unknown): value is PlangrepError;
  /** Name, code, message and facts; no body, no cause, no result link. */
  toJSON(): PlangrepErrorJson;
  /** The class again, from what toJSON gave. */
  static from(json: unknown): PlangrepError;
}
export class InvalidArgumentError extends PlangrepError {
  readonly code: "invalid_argument";
  /** The parameter or option, e.g. "jobId", "timeoutMs". */
  readonly argument: string;
}
/** The server answered, and not with success: 401 unauthorized, 403 forbidden, 404 not_found, 429 rate_limited, 5xx server_error, any other http_error (a redirect too: none is followed). */
export class ApiError extends PlangrepError {
  readonly code: "unauthorized" | "forbidden" | "not_found" | "rate_limited" | "server_error" | "http_error";
  readonly status: number;
  /** The server's own `code` and `message`, wherever in the body they stand. */
  readonly apiCode: string | null;
  readonly apiMessage: string | null;
  readonly requestId: string | null;
  /** What Retry-After asked for. */
  readonly retryAfterMs: number | null;
  /** Parsed if it was JSON, else text; cut at 64 KiB. */
  readonly body: unknown;
  /** Requests made for this call. */
  readonly attempts: number;
}
export class ConnectionError extends PlangrepError {
  readonly code: "connection_failed";
  readonly attempts: number;
}
/** One attempt outlasted `timeoutMs`, whether in connecting, in the headers or in the body. */
export class TimeoutError extends PlangrepError {
  readonly code: "timeout";
  readonly timeoutMs: number;
  readonly attempts: number;
}
/** A success whose body is not what the API promises. */
export class InvalidResponseError extends PlangrepError {
  readonly code: "invalid_response";
  /** Where, e.g. "jobs[3].files[0].id"; "" for the whole body. */
  readonly path: string;
  readonly status: number;
}
export class WaitTimeoutError extends PlangrepError {
  readonly code: "wait_timeout";
  readonly jobId: string;
  readonly lastJob: Job | null;
  readonly lastError: PlangrepError | null;
  /** Failed ones included. */
  readonly polls: number;
  readonly elapsedMs: number;
  readonly state: string;
}
export class JobFailedError extends PlangrepError {
  readonly code: "job_failed";
  readonly job: Job;
}
export class JobBlockedError extends PlangrepError {
  readonly code: "job_blocked";
  readonly job: Job;
}
