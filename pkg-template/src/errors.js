// The error classes: real Error subclasses, made of the facts that Rust gives. Rust says what went wrong; the sentence
// is made here, where it costs least.

import { hidden } from "./methods.js";

// In the global registry of symbols, so that another copy of this package and another realm have the same one.
const brand = Symbol.for("plangrep-client.error");

// What an error may carry into JSON and back. Not `body`, which may hold anything, nor `cause`.
const FACTS = [
  "jobId",
  "projectId",
  "url",
  "argument",
  "status",
  "apiCode",
  "apiMessage",
  "requestId",
  "retryAfterMs",
  "attempts",
  "timeoutMs",
  "path",
  "job",
  "lastJob",
  "lastError",
  "polls",
  "elapsedMs",
  "state",
];

/** The facts in `from`, each as `convert` has it. */
function facts(from, convert) {
  const found = {};
  for (const name of FACTS) {
    if (from[name] !== undefined) found[name] = from[name] && (convert[name]?.(from[name]) ?? from[name]);
  }
  return found;
}

// Whoever has a result's link can read the result.
const withoutLink = ({ resultUrl, ...job }) => job;
const withLink = (job) => ({ ...job, resultUrl: null });

/** The base of every error of this package; `code` says which it is. */
export class PlangrepError extends Error {
  /** Whether the value is an error of this package, whichever copy or realm made it. */
  static is(value) {
    try {
      return value?.[brand] === true;
    } catch {
      return false;
    }
  }

  toJSON() {
    const { name, code, message } = this;
    const convert = { job: withoutLink, lastJob: withoutLink, lastError: (error) => error.toJSON() };
    return { name, code, message, ...facts(this, convert) };
  }

  static from(json) {
    return revived(json);
  }
}

export class InvalidArgumentError extends PlangrepError {}
export class ApiError extends PlangrepError {}
export class ConnectionError extends PlangrepError {}
export class TimeoutError extends PlangrepError {}
export class InvalidResponseError extends PlangrepError {}
export class WaitTimeoutError extends PlangrepError {}
export class JobFailedError extends PlangrepError {}
export class JobBlockedError extends PlangrepError {}

// Names as text: a minifier changes those of the classes.
const classes = {
  PlangrepError,
  InvalidArgumentError,
  ApiError,
  ConnectionError,
  TimeoutError,
  InvalidResponseError,
  WaitTimeoutError,
  JobFailedError,
  JobBlockedError,
};

for (const [name, { prototype }] of Object.entries(classes)) {
  Object.defineProperty(prototype, "name", hidden(name));
}
Object.defineProperty(PlangrepError.prototype, brand, hidden(true));

const given = (_, problem) => problem;

function responded({ status, apiCode, apiMessage }, problem) {
  const said = apiMessage ?? apiCode;
  // A page is not told the status of a redirect.
  if (said === null && [0, 301, 302, 303, 307, 308].includes(status)) {
    return "The server answered with a redirect, perhaps to a login, which is not followed: check the session and baseUrl";
  }
  return `The server answered ${status}${said === null ? "" : `: ${said}`}${problem}`;
}

function broken({ url }, problem) {
  const text = `The connection to ${url} failed${problem && `: ${problem}`}`;
  // The browser does not tell a page why: it might be another's secret.
  const origin = globalThis.location?.origin;
  return !origin || url.startsWith(`${origin}/`)
    ? text
    : `${text} (the server, by CORS, or this page's policy may not allow it)`;
}

// Each code, its class and its message, of the facts and of what they do not tell.
const codes = {
  __proto__: null,
  invalid_argument: [InvalidArgumentError, ({ argument }, problem) => `${argument} ${problem}`],
  unauthorized: [ApiError, responded],
  forbidden: [ApiError, responded],
  not_found: [ApiError, responded],
  rate_limited: [ApiError, responded],
  server_error: [ApiError, responded],
  http_error: [ApiError, responded],
  connection_failed: [ConnectionError, broken],
  timeout: [TimeoutError, ({ timeoutMs }, problem) => `No complete answer within ${timeoutMs} ms${problem}`],
  invalid_response: [
    InvalidResponseError,
    ({ path }, problem) => `The answer is not what the API promises: ${path || "its body"} ${problem}`,
  ],
  wait_timeout: [WaitTimeoutError, ({ elapsedMs }) => `Not ended after ${Math.round(elapsedMs)} ms`],
  job_failed: [JobFailedError, ({ job }) => `Ended as ${job.status}, without a result`],
  job_blocked: [JobBlockedError, () => "Blocked: it goes on when credits were added and it was resumed"],
  client_closed: [PlangrepError, () => "The client was closed"],
  wasm_unavailable: [PlangrepError, given],
  internal: [PlangrepError, () => "plangrep-client failed inside: please report it"],
};

const classOf = (code) => codes[code]?.[0] ?? PlangrepError;

// Those whose stack is still that of Rust.
const untraced = new WeakSet();

/**
 * The error for a code: `facts` are its own fields, `problem` is what they do not tell. A cause that is given, even as
 * undefined, is there.
 */
export function create(code, problem, facts, ...cause) {
  const { jobId, projectId } = facts;
  const subject = projectId ? `Project ${projectId}: ` : jobId ? `Job ${jobId}: ` : "";
  const message = subject + (codes[code]?.[1] ?? given)(facts, problem);
  const error = new (classOf(code))(message, cause.length > 0 ? { cause: cause[0] } : undefined);
  // The frames of this moment are those of Rust and lead nowhere. Who hands the error on gives it the application's, where
  // there are any: what is told by a callback has none.
  if (Error.captureStackTrace) error.stack = `${error.name}: ${message}`;
  untraced.add(error);
  return Object.assign(error, { code }, facts);
}

// Not in the class: a bundler renames one that names itself.
function revived(json) {
  if (typeof json?.code !== "string" || typeof json.message !== "string") {
    throw traced(create("invalid_argument", "must be what toJSON gave", { argument: "json" }), PlangrepError.from);
  }
  // The last error of a last error is null: there is nothing to descend into.
  const lastError = (error) => revived({ ...error, lastError: undefined });
  const error = new (classOf(json.code))(json.message);
  return Object.assign(error, { code: json.code }, facts(json, { job: withLink, lastJob: withLink, lastError }));
}

/** The error for a runtime or a page in which the WebAssembly module cannot be started. */
export function unavailable(problem, cause) {
  return create("wasm_unavailable", problem, {}, cause);
}

/**
 * The error with a stack that begins with the caller of `above`, which is running now, and so the last error that it tells
 * of. What is not ours, as an abort's reason, stays as it is.
 */
export function traced(error, above) {
  if (untraced.delete(error)) {
    Error.captureStackTrace?.(error, above);
    traced(error.lastError, above);
  }
  return error;
}

/** For a promise that was rejected. A stack that is made here holds the functions that await it, and costs only now. */
export function retrace(error) {
  throw traced(error, retrace);
}

/** The error with the stack of `place`, an error that was made at the application's line: none of it runs any more. */
export function placed(error, place) {
  if (untraced.delete(error)) error.stack += `\n${place.stack.replace(/^Error\n?/, "")}`;
  return error;
}

/** For a promise that was fulfilled: a check's error is a part of its value. */
export function retraced(value) {
  traced(value?.error, retraced);
  return value;
}
