// What the runtime offers, looked up when it is used: fake clocks and mocked globals work, and a runtime without one of
// them, or one that throws, is no error.

/** What `look` gives; undefined where it throws. */
function attempt(look) {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** Whether this runs in a page or in a worker of one. */
const inPage = () =>
  attempt(
    () =>
      // Deno's workers have the same scope, and no page that they belong to.
      (globalThis.window?.document !== undefined || (globalThis.WorkerGlobalScope && !globalThis.Deno)) &&
      typeof location.href === "string",
  ) === true;

/**
 * What a relative URL means here; undefined: nothing says so. It counts from the first that is a URL to count from: a
 * frame without an address of its own (`srcdoc`, `about:blank`) has its parent's as `baseURI`; a worker out of a blob has
 * an origin alone.
 */
function pageUrl(given) {
  if (!inPage()) return undefined;
  for (const base of [() => document.baseURI, () => location.href, () => origin]) {
    const url = attempt(() => new URL(given, base()));
    if (url) {
      // A page that was opened as `user:password@host` hands these on; `fetch` refuses them.
      url.username = url.password = "";
      return url.href;
    }
  }
  return undefined;
}

// Events of a page after which a poll may be overdue.
const EVENTS = {
  document: ["visibilitychange", "prerenderingchange"],
  globalThis: ["pageshow", "online", "offline"],
};

/** Has `then` called at every change in the page's life; gives what ends that. */
function listen(then) {
  const listening = [];
  for (const [place, events] of Object.entries(EVENTS)) {
    const target = globalThis[place];
    for (const event of events) {
      attempt(() => {
        target.addEventListener(event, then);
        listening.push(() => target.removeEventListener(event, then));
      });
    }
  }
  return () => listening.map(attempt);
}

// Members of an object: wasm-bindgen then calls them through its own JavaScript, and the wasm imports from there only.
export const host = {
  /** A clock that does not go back, in ms from some moment. */
  now: () => attempt(() => performance.now()) ?? Date.now(),
  /** An environment variable, where the runtime has such. */
  variable: (name) =>
    attempt(() => {
      // Not as a chain of names, which bundlers replace.
      const { process } = globalThis;
      return process.env[name];
    }),
  inPage,
  pageUrl,
  listen,
  /** Whether the browser knows that there is no network. */
  isOffline: () => inPage() && attempt(() => navigator.onLine) === false,
  /** Whether the browser prepares the page without showing it. It may never be shown, so nothing is polled yet. */
  isPrerendering: () => attempt(() => document.prerendering) === true,
  /** The second argument of `fetch`, without what each attempt has of its own. `headers`: pairs of name and value. */
  init: (headers) => ({
    // Not one assignment each: a header may be named "__proto__".
    headers: Object.fromEntries(headers),
    // Following a redirect can carry the key away; "error" is refused by workerd.
    redirect: "manual",
    // Next.js would otherwise serve a poll from its cache for ever. Some versions of workerd throw on the member.
    ...(attempt(() => "cache" in Request.prototype) && { cache: "no-store" }),
  }),
};
