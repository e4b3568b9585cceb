// What scripts are known to do to the pages that they are in.

/** An analytics script that puts itself around `fetch`. */
function wrapFetch(wrap) {
  const { fetch } = globalThis;
  globalThis.fetch = (...given) => wrap(fetch, given);
}

export const alterations = {
  nothing() {},
  /** Gives something with a `then`, and nothing else of a promise. */
  fetchGivesThenable: () =>
    wrapFetch((fetch, given) => {
      const response = fetch(...given);
      return { then: (fulfilled, rejected) => void response.then(fulfilled, rejected) };
    }),
  /** Reads the response before anybody else, and gives one of its own. */
  fetchReadsFirst: () =>
    wrapFetch(async (fetch, given) => {
      const response = await fetch(...given);
      const text = await response.text();
      const { status, headers } = response;
      return new Response(text, { status, headers });
    }),
  /** Reads what it has cloned. */
  fetchClones: () =>
    wrapFetch(async (fetch, given) => {
      const response = await fetch(...given);
      response
        .clone()
        .json()
        .catch(() => {});
      return response;
    }),
  /** Gives a proxy of the response, which has none of its inner slots. */
  fetchGivesProxy: () =>
    wrapFetch(async (fetch, given) => new Proxy(await fetch(...given), { get: (target, name) => target[name] })),
  /** Copies what it was given into a Request. */
  fetchMakesRequest: () => wrapFetch((fetch, [url, init]) => fetch(new Request(url, init))),
  /** A polyfill: no streams, no redirects to see. */
  fetchIsXhr() {
    globalThis.fetch = (url, { method, headers, signal } = {}) =>
      new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open(method ?? "GET", url);
        for (const [name, value] of Object.entries(headers ?? {})) request.setRequestHeader(name, value);
        request.onload = () => {
          const { status, responseText } = request;
          const get = (name) => request.getResponseHeader(name);
          resolve({ status, ok: status < 300, headers: { get }, text: () => Promise.resolve(responseText) });
        };
        request.onerror = () => reject(new TypeError("Network request failed"));
        request.onabort = () => reject(new DOMException("Aborted", "AbortError"));
        signal?.addEventListener("abort", () => request.abort());
        request.send();
      });
  },
  /** A tracer's. */
  promiseIsSubclass() {
    globalThis.Promise = class TracedPromise extends Promise {};
  },
  /** A polyfill that replaces what is there. */
  promiseIsPolyfill() {
    const Native = Promise;
    function Polyfill(run) {
      const native = new Native(run);
      this.then = (fulfilled, rejected) => new Polyfill((resolve) => resolve(native.then(fulfilled, rejected)));
    }
    Polyfill.prototype.catch = function (rejected) {
      return this.then(undefined, rejected);
    };
    for (const name of ["all", "race", "allSettled", "any", "resolve", "reject"]) {
      Polyfill[name] = (given) => new Polyfill((resolve) => resolve(Native[name](given)));
    }
    globalThis.Promise = Polyfill;
  },
  /** Prototype.js. */
  prototypeJs() {
    Array.prototype.each = function (call) {
      this.forEach(call);
      return this;
    };
    Array.prototype.toJSON = function () {
      return `[${this.map((item) => JSON.stringify(item)).join(", ")}]`;
    };
    String.prototype.toJSON = function () {
      return `"${this}"`;
    };
    Array.prototype.entries = function () {
      return [...this];
    };
    Array.from = (items) => {
      if (!items) return [];
      const copy = new Array(items.length ?? 0);
      for (let n = 0; n < copy.length; n++) copy[n] = items[n];
      return copy;
    };
  },
  /** Enumerable members of every object. */
  objectsInherit() {
    Object.prototype.extend = function (other) {
      return Object.assign(this, other);
    };
    Object.prototype.forEach = function (call) {
      for (const name in this) call(this[name], name);
    };
    Object.prototype.length = 0;
  },
  /** What an attacker could have a script put there. */
  requestsInherit() {
    Object.assign(Object.prototype, { method: "POST", keepalive: true, redirect: "follow", cache: "force-cache" });
  },
  errorsInherit() {
    Object.assign(Object.prototype, {
      code: "inherited",
      digest: "inherited",
      status: 404,
      isNotFound: true,
      cause: 1,
    });
  },
  /** Of a test or a demo. */
  clockStandsStill() {
    const at = Date.now();
    globalThis.Date = class extends Date {
      constructor(...given) {
        super(...(given.length ? given : [at]));
      }
      static now() {
        return at;
      }
    };
    performance.now = () => 1000;
  },
  /** What a browser of four years ago lacks. */
  isOld() {
    for (const name of [
      "structuredClone",
      "FinalizationRegistry",
      "WeakRef",
      "scheduler",
      "SecurityPolicyViolationEvent",
    ])
      delete globalThis[name];
    for (const name of ["any", "timeout"]) delete AbortSignal[name];
    for (const name of ["reason", "throwIfAborted"]) delete AbortSignal.prototype[name];
    for (const name of ["withResolvers", "try", "any"]) delete Promise[name];
    for (const name of ["at", "findLast", "findLastIndex", "toSorted", "with"]) delete Array.prototype[name];
    for (const name of ["at", "isWellFormed", "toWellFormed"]) delete String.prototype[name];
    delete Array.fromAsync;
    delete Object.groupBy;
    delete Navigator.prototype.onLine;
    delete Document.prototype.prerendering;
  },
  /** A polyfill of timers as Node.js has them. */
  timersAreObjects() {
    const { setTimeout, clearTimeout } = globalThis;
    globalThis.setTimeout = (...given) => ({ id: setTimeout(...given), ref() {}, unref() {} });
    globalThis.clearTimeout = (timer) => clearTimeout(timer?.id);
  },
  consoleIsGone() {
    globalThis.console = undefined;
  },
};
