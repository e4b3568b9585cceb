// One attempt at a request (the key, the request, the head and the body of the response) as one promise. Rust starts it, may
// end it before it is complete, and reads what became of it; what that means is decided there.
//
// It goes on in reactions of promises that are registered through `Promise` and `then`. So it stays in the caller's async
// context (AsyncLocalStorage, OpenTelemetry), and zone.js, which replaces those two, sees it; it would not see an `await`.

import { host } from "./host.js";
import { codecs } from "./utf8.js";

// How a task ended. The numbers are those of `ending` in exchange.rs.
const ACCEPTED = 0;
const REFUSED = 1;
const BROKEN = 2;
const KEY_FAILED = 3;
const KEY_INVALID = 4;
const NO_FETCH = 5;
const NO_RESPONSE = 6;
const TOO_LARGE = 7;
const NOT_JSON = 8;
const STEERED = 9;
const STOPPED = 11;
const KEY_IN_ID = 12;

/** A shorter key is a word of a test, and stands in many texts. */
const SHORTEST_KEY = 8;

/** A success with so many characters takes long to parse, on a slow phone. */
const LONG = 100_000;

/** An error's body is cut here. */
const LARGEST_ERROR_BODY = 65_536;

const nothing = () => {};

/** The URL without its percent-encoding, a character for each byte. */
const decoded = (url) => url.replace(/%(..)/g, (_, hex) => String.fromCharCode(`0x${hex}`));

/** Calls `then` with what `make()` gives, once it is there; `fail` with what that or `then` throws. */
function after(make, then, fail) {
  try {
    Promise.resolve(make()).then(then).then(undefined, fail);
  } catch (thrown) {
    Promise.reject(thrown).then(undefined, fail);
  }
}

/** Lets everything go by that a call throws, or that a promise which it gives is rejected with. */
const quietly = (call) => after(call, undefined, nothing);

function peek(target, name) {
  try {
    return target?.[name];
  } catch {
    return undefined;
  }
}

/**
 * Whether a framework threw it to steer itself: Next.js marks such errors with a digest, React suspends on thenables;
 * others throw what is no error: a Response, an object with the status to answer with, or TanStack's notFound.
 */
function steers(thrown) {
  if (typeof peek(thrown, "then") === "function") return true;
  if (Object(thrown) !== thrown) return false;
  if (Object.hasOwn(thrown, "digest") && typeof peek(thrown, "digest") === "string") return true;
  return (
    peek(thrown, "message") === undefined &&
    (Number.isInteger(peek(thrown, "status")) || peek(thrown, "isNotFound") === true)
  );
}

/** Whether a browser refuses the URL without a request, unless it is this machine: http in a page of https. */
const isMixed = (url) => peek(globalThis.location, "protocol") === "https:" && url.startsWith("http:");

/** Whether this is a browser that reports what its page's policy refused. */
const reportsRefusals = () => typeof SecurityPolicyViolationEvent === "function";

/** Has `then` called if a policy of this page refuses to connect to the URL; gives what ends that. */
function onRefusal(url, then) {
  const note = ({ effectiveDirective, blockedURI, disposition }) => {
    if (effectiveDirective === "connect-src" && disposition === "enforce" && url.startsWith(blockedURI)) then();
  };
  try {
    const place = globalThis.document ?? globalThis;
    place.addEventListener("securitypolicyviolation", note);
    return () => place.removeEventListener("securitypolicyviolation", note);
  } catch {
    return nothing;
  }
}

/** Fulfilled in a turn of its own, after the events that the browser has in line. No timer: those hardly run in the background. */
const turn = () =>
  new Promise((resolve) => {
    if (!globalThis.MessageChannel) return resolve();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

/** Something under way: `end(ending)` ends it, the first time; then `promise` is fulfilled, and `ending` is set. */
function begin(finish) {
  const task = {};
  task.promise = new Promise((resolve) => {
    task.end = (ending, thrown) => {
      if (task.ending !== undefined) return;
      task.ending = ending;
      task.thrown = thrown;
      finish(task);
      resolve();
    };
  });
  return task;
}

/**
 * `key`: undefined, the value of the Authorization header, or a function that gives the key. A success is not read further
 * than `mostBytes`.
 */
function start(key, fetch, init, onEvent, method, url, attempt, mostBytes) {
  let authorization = key;
  let controller;
  let reader;
  let whole = false;
  let success = false;
  let unlisten = nothing;
  const task = begin(() => {
    unlisten();
    // A response that is no success counts as what it says, however much of its body came.
    if (task.status !== undefined && !success && task.ending !== STOPPED) task.ending = REFUSED;
    if (whole) return;
    if (reader) quietly(() => reader.cancel());
    if (controller) quietly(() => controller.abort());
  });
  task.text = "";
  const over = () => task.ending !== undefined;
  const failed = (ending) => (thrown) => task.end(steers(thrown) ? STEERED : ending, thrown);
  const broken = failed(BROKEN);
  const emit = (event) => onEvent && quietly(() => onEvent(event));

  function complete(isWhole) {
    whole = isWhole;
    task.whole = whole;
    if (!success) return task.end(REFUSED);
    if (!whole) return task.end(TOO_LARGE);
    // What takes long has a turn of its own in a page: it came in others.
    if (task.text.length > LONG && host.inPage()) after(turn, parse, broken);
    else parse();
  }

  function parse() {
    if (over()) return;
    try {
      task.body = JSON.parse(task.text);
    } catch {
      return task.end(NOT_JSON);
    }
    task.end(ACCEPTED);
  }

  function readStream(body, limit) {
    reader = body.getReader();
    const { TextDecoder } = codecs();
    const decoder = new TextDecoder();
    let room = limit;
    let held;
    const next = () => after(() => reader.read(), take, broken);
    function take(part) {
      if (over()) return;
      if (part.done) {
        reader = undefined;
        task.text += decoder.decode(held);
        return complete(true);
      }
      const { value } = part;
      if (!ArrayBuffer.isView(value)) throw new TypeError("the response's body gives something else than bytes");
      const fits = value.byteLength <= room;
      let due = fits ? value : value.subarray(0, room);
      // A piece of a success waits for the next: decoded whole, one that is all of the body, as most are, takes a third
      // of the time. What came of an error's body counts even if no more does.
      if (success) [due, held] = [held, due];
      if (due) task.text += decoder.decode(due, { stream: true });
      if (!fits) return complete(false);
      room -= value.byteLength;
      next();
    }
    next();
  }

  function read(response) {
    const limit = success ? mostBytes : LARGEST_ERROR_BODY;
    const { body } = response;
    if (typeof peek(body, "getReader") === "function") return readStream(body, limit);
    // No stream: an empty body, or a fetch (React Native's, a mock) that has none.
    const way = body === null ? undefined : ["text", "json"].find((way) => typeof peek(response, way) === "function");
    if (!way) return body === null || !success ? complete(true) : task.end(NO_RESPONSE);
    const take = (given) => {
      if (over()) return;
      const text = way === "json" ? JSON.stringify(given) : given;
      if (typeof text !== "string") throw new TypeError("the response's body is no text");
      task.text = text.slice(0, limit);
      complete(text.length <= limit);
    };
    after(() => response[way](), take, broken);
  }

  function receive(response, started) {
    if (over()) return;
    const status = peek(response, "status");
    // One that was read is what a mock gives that gives the same one each time.
    if (!Number.isInteger(status) || status < 0 || status > 999 || peek(response, "bodyUsed"))
      return task.end(NO_RESPONSE);
    const headers = peek(response, "headers");
    const header = (name) => {
      try {
        const value = headers.get(name);
        return typeof value === "string" && value ? value : undefined;
      } catch {
        return undefined;
      }
    };
    success = status >= 200 && status < 300;
    task.status = status;
    task.retryAfter = header("retry-after");
    if (task.retryAfter) task.date = header("date");
    if (onEvent || !success) {
      const id = header("x-request-id") ?? header("request-id") ?? header("cf-ray");
      // A server may send back what it was sent.
      task.requestId = authorization?.length >= 7 + SHORTEST_KEY ? id?.replaceAll(authorization.slice(7), "***") : id;
      emit({
        type: "response",
        url,
        attempt,
        status,
        durationMs: host.now() - started,
        requestId: task.requestId ?? null,
      });
      if (over()) return;
    }
    read(response);
  }

  function send() {
    if (over()) return;
    controller = new AbortController();
    const send = fetch ?? globalThis.fetch;
    if (typeof send !== "function") return task.end(NO_FETCH);
    // Copies all the way: whoever is given them may change them.
    const headers = { ...init.headers };
    if (authorization) headers.Authorization = authorization;
    const given = { ...init, method, headers, signal: controller.signal };
    emit({ type: "request", url, attempt });
    // The callback may have ended it.
    if (over()) return;
    const started = onEvent && host.now();
    task.mixed = isMixed(url);
    if (reportsRefusals()) {
      unlisten = onRefusal(url, () => {
        task.forbidden = true;
      });
    }
    after(
      () => send(url, given),
      (response) => receive(response, started),
      // Browsers report a refusal only after they have rejected the promise.
      (thrown) => (over() || !reportsRefusals() ? broken(thrown) : after(turn, () => broken(thrown), nothing)),
    );
  }

  function useKey(given) {
    task.key = given;
    if (typeof given !== "string" || !/^[!-~]+$/.test(given)) return task.end(KEY_INVALID);
    // URLs and errors show the id.
    if (given.length >= SHORTEST_KEY && decoded(url).includes(given)) return task.end(KEY_IN_ID);
    authorization = `Bearer ${given}`;
    send();
  }

  // Not at once: a caller that aborts in the same turn has sent nothing.
  after(
    nothing,
    () => {
      if (over()) return;
      if (typeof key !== "function") return send();
      authorization = undefined;
      after(() => key(), useKey, failed(KEY_FAILED));
    },
    broken,
  );
  return task;
}

// As members of an object: wasm-bindgen then calls them through its own JavaScript, and the wasm imports from there only.
export const exchange = {
  start,
  turn,
  sleep: () => begin(nothing),
  emitRetry: (onEvent, url, attempt, delayMs, error) =>
    quietly(() => onEvent({ type: "retry", url, attempt, delayMs, error })),
  emitError: (onEvent, url, attempts, error) => quietly(() => onEvent({ type: "error", url, attempts, error })),
};
