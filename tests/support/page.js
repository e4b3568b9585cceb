// A page of this process: what makes the package take it for one, and what such a page tells.

import { getEventListeners } from "node:events";

const EVENTS = ["visibilitychange", "pageshow", "online", "offline"];
const OF_DOCUMENT = ["visibilitychange", "prerenderingchange"];

/** Makes this process a page until the end of test `t`. */
export function pageIn(t, { onLine = true, prerendering = false } = {}) {
  const before = Object.getOwnPropertyDescriptors(globalThis);
  const document = Object.assign(new EventTarget(), { prerendering });
  const page = new EventTarget();
  const navigator = { onLine };
  const globals = {
    document,
    window: globalThis,
    navigator,
    location: { href: "https://app.example/jobs" },
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  t.after(() => {
    for (const name of Object.keys(globals)) {
      if (before[name]) Object.defineProperty(globalThis, name, before[name]);
      else delete globalThis[name];
    }
  });
  const target = (event) => (OF_DOCUMENT.includes(event) ? document : page);
  return {
    navigator,
    document,
    dispatch(event) {
      if (event === "online" || event === "offline") navigator.onLine = event === "online";
      target(event).dispatchEvent(new Event(event));
    },
    /** How many listen to each event. */
    listeners: () => EVENTS.map((event) => getEventListeners(target(event), event).length),
  };
}
