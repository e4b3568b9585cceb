// Looks for a text in everything that a call hands out in a page, by every way a page has to look.

import { CALLS } from "./perform.js";
import { outcomeWithin, pause } from "./within.js";

const tried = (look) => {
  try {
    return look();
  } catch {
    return undefined;
  }
};

/** Names and values of all that a value leads to: hidden properties, symbols, inherited getters, entries. */
function* walk(value, seen = new Set(), of = value) {
  yield tried(() => String(value));
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
  seen.add(value);
  yield tried(() => JSON.stringify(value));
  if (value instanceof Map || value instanceof Set) for (const entry of value.entries()) yield* walk(entry, seen);
  for (const name of Reflect.ownKeys(value)) {
    yield String(name);
    // A getter of a prototype is asked for the value that inherits it.
    yield* walk(
      tried(() => Reflect.get(value, name, of)),
      seen,
    );
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null) yield* walk(prototype, seen, of);
}

/** The value as another window would get it; undefined if it cannot be sent. */
function posted(value) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port2.onmessage = ({ data }) => resolve(data);
    port1.postMessage(value);
  })
    .catch(() => undefined)
    .finally(() => port1.close());
}

/** Where around `canary` it is found in the value; null if it is not. */
export async function found(value, canary) {
  for (const text of [...walk(value), ...walk(await posted(value))]) {
    const at = text?.indexOf(canary) ?? -1;
    if (at >= 0) return text.slice(Math.max(0, at - 100), at + 100);
  }
  return null;
}

/** Makes one call, lets its failure go unhandled, prints everything, and looks for `canary` in everything. */
export async function sweep({ PlangrepClient }, { way, settings, ids, options, keyIsAsked, canary }) {
  const events = [];
  const updates = [];
  const apiKey = keyIsAsked ? async () => settings.apiKey : settings.apiKey;
  const client = new PlangrepClient({ ...settings, apiKey, onEvent: (event) => events.push(event) });
  const unhandled = [];
  const note = ({ reason }) => unhandled.push(reason);
  addEventListener("unhandledrejection", note);
  const call = CALLS[way](client, ids, options, updates);
  call.then(() => {});
  const outcome = await outcomeWithin(call);
  const isReported = () => unhandled.includes(outcome.error);
  for (let turn = 0; turn < 200 && outcome.error && !isReported(); turn++) await pause(5);
  removeEventListener("unhandledrejection", note);
  if (outcome.error) console.error(outcome.error, `${outcome.error}`);
  console.log(outcome, events, updates, client);
  console.dir(client);
  globalThis.swept = [client, outcome];
  const looks = { outcome, events, updates, client, unhandled };
  const leaks = [];
  for (const [what, value] of Object.entries(looks)) {
    const around = await found(value, canary);
    if (around !== null) leaks.push(`${what}: …${around}…`);
  }
  const { code, status } = outcome.error ?? {};
  const result = outcome.hangs ? "hangs" : (code ?? "fine");
  return {
    result,
    status,
    resultUrl: outcome.value?.resultUrl,
    leaks,
    looks: Object.keys(looks).length,
    isReported: isReported(),
  };
}

/** What a page keeps, as one text. */
export async function kept() {
  const databases = await indexedDB.databases();
  const caches = await globalThis.caches.keys();
  const entries = performance.getEntries();
  const { href } = location;
  return JSON.stringify([
    href,
    history.state,
    history.length,
    document.cookie,
    document.documentElement.outerHTML,
    entries,
    databases,
    caches,
    { ...localStorage },
    { ...sessionStorage },
  ]);
}
