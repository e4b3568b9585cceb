// The error classes: real Error subclasses, made from the facts that Rust gives.

// In the global registry of symbols, so that another copy of this package and another realm have the same one.
const brand = Symbol.for("plangrep-client.error");

/** The base of every error of this package; `code` says which it is. */
export class PlangrepError extends Error {
  /** Whether the value is an error of this package, whichever copy or realm made it. */
  static is(value) {
    try {
      return typeof value === "object" && value !== null && value[brand] === true;
    } catch {
      return false;
    }
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

const hidden = (value) => ({ value, writable: true, configurable: true });
for (const [name, { prototype }] of Object.entries(classes)) {
  Object.defineProperty(prototype, "name", hidden(name));
}
Object.defineProperty(PlangrepError.prototype, brand, hidden(true));

const byCode = {
  invalid_argument: InvalidArgumentError,
  unauthorized: ApiError,
  forbidden: ApiError,
  not_found: ApiError,
  rate_limited: ApiError,
  server_error: ApiError,
  http_error: ApiError,
  connection_failed: ConnectionError,
  timeout: TimeoutError,
  invalid_response: InvalidResponseError,
  wait_timeout: WaitTimeoutError,
  job_failed: JobFailedError,
  job_blocked: JobBlockedError,
};

/** The error for a code; `facts` are its own fields. A cause that is given, even as undefined, is there. */
export function create(code, message, facts, ...cause) {
  const error = new (byCode[code] ?? PlangrepError)(message, cause.length > 0 ? { cause: cause[0] } : undefined);
  return Object.assign(error, { code }, facts);
}

/** The error for a runtime or a page in which the WebAssembly module cannot be started. */
export function unavailable(message, cause) {
  return create("wasm_unavailable", message, {}, cause);
}
