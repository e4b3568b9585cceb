// A scripted network: a `fetch` that answers step by step and remembers every request.

import { START } from "./clock.js";

/** A response with a whole body: an object is sent as JSON, a string as it is. */
export const respond =
  (status, body = "", headers = {}) =>
  () =>
    new Response([101, 204, 205, 304].includes(status) ? null : textOf(body), { status, headers });

/** The connection fails, as Node's fetch says it. */
export const broken =
  (code = "ECONNREFUSED") =>
  () => {
    throw Object.assign(new TypeError("fetch failed"), {
      cause: Object.assign(new Error(`connect ${code}`), { code }),
    });
  };

/** No response, until the request is aborted. */
export const silence =
  () =>
  ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

/** Headers and some of a body, then `end`: "hangs" until aborted, or breaks off with an error. */
export const partial =
  (status, part, { headers = {}, end = "hangs" } = {}) =>
  (init, call) => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(part));
        if (end === "breaks") setImmediate(() => controller.error(new TypeError("terminated")));
        init.signal.addEventListener("abort", () => controller.error(init.signal.reason), { once: true });
      },
      cancel() {
        call.cancelled = true;
      },
    });
    return new Response(body, { status, headers });
  };

/**
 * A network that goes through `steps`, one per request; the last one stays. `requests` holds of each request its
 * URL, its `init`, when it was made (`at`, in ms since the virtual clock's start) and whether it was `aborted`.
 */
export function network(...steps) {
  const requests = [];
  async function fetch(...received) {
    const [url, init] = received;
    const request = { url, init, at: Date.now() - START, aborted: false, receiver: this, received: received.length };
    const step = steps[Math.min(requests.length, steps.length - 1)];
    requests.push(request);
    init.signal.addEventListener("abort", () => Object.assign(request, { aborted: true }), { once: true });
    return await step(init, request);
  }
  return { fetch, requests };
}

const textOf = (body) => (typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body));
