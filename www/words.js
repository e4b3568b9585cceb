// What went wrong, and what to do about it, in words.

import { duration } from "./format.js";

const WORDS = {
  unauthorized: () => [
    "The API key was not accepted",
    "Check the key and connect again. It may be mistyped, revoked or expired.",
  ],
  forbidden: () => ["The API key may not read jobs", "Use a key that has the scope jobs:read."],
  not_found: (about) => [
    `There is no such ${about}`,
    `Check the ${about}'s id. The key sees only what belongs to its own organization.`,
  ],
  rate_limited: (_, error) => ["Too many requests", waitText(error)],
  server_error: (_, error) => [
    `The server has a problem (${error.status})`,
    "This is not your fault, and usually passes. Try again in a while.",
  ],
  http_error: (_, error) => [
    error.status === 0 ? "The server sent the page elsewhere" : `The server refused the request (${error.status})`,
    "Check the address: it must be that of the API itself, without a redirect.",
  ],
  connection_failed: (_about, _error, elsewhere) => [
    "The server cannot be reached",
    elsewhere
      ? "This page may only talk to the server that it came from. Start the emulator with --connect-src to allow another address."
      : "Check the network, and that the server at this address is running.",
  ],
  timeout: (_, error) => [
    "The server did not answer in time",
    `It had ${duration(error.timeoutMs)}. Check the network and try again.`,
  ],
  invalid_response: () => [
    "The answer is not one of Plangrep's",
    "Check the address. A sign-in page of the network may be in between: open any other site and see.",
  ],
  invalid_argument: (_, error) => [
    `Something is missing or wrong: ${ARGUMENTS[error.argument] ?? error.argument}`,
    error.message,
  ],
  wasm_unavailable: () => [
    "WebAssembly is not available here",
    "Use a newer browser, or let the page's policy allow 'wasm-unsafe-eval'.",
  ],
  job_blocked: () => ["The job ran out of credits", "Add credits and resume the job."],
  wait_timeout: () => ["The job is not ready yet", "It goes on by itself. Wait again."],
};

const ARGUMENTS = { baseUrl: "the address", apiKey: "the API key", projectId: "the project", jobId: "the job" };

const waitText = (error) =>
  error.retryAfterMs ? `The server asks to wait ${duration(error.retryAfterMs)}.` : "Wait a little, then try again.";

/**
 * An error of the client as { title, advice }. `about` is what was requested ("project" or "job"), `elsewhere`
 * whether it was requested of another server than the page's own.
 */
export function inWords(error, about, elsewhere = false) {
  const words = WORDS[error?.code]?.(about, error, elsewhere);
  const [title, advice] = words ?? ["Something went wrong", String(error?.message ?? error)];
  return { title, advice };
}

/** An error in a few words, for the log. */
export function inShort(error) {
  if (error.status) return `answered ${error.status}`;
  const short = { connection_failed: "connection lost", timeout: "no answer in time", http_error: "redirected" };
  return short[error.code] ?? error.code;
}
