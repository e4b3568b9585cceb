// A client in a page of this process, on a virtual clock before a server of jobs.

import { pageIn } from "../../support/page.js";
import { waiting } from "../../waits/support/waiting.js";

export { life, serverOf, silence, status } from "../../waits/support/waiting.js";

/** As `waiting`, in a page. */
export function inPage(t, { options, ...more }) {
  const page = pageIn(t);
  return { ...waiting(t, { options: { dangerouslyAllowBrowser: true, ...options }, ...more }), page };
}

/** Listens to a store by `how` ("listen" or "subscribe"); `seen` has the states it was notified of. */
export function listener(store, how = "listen") {
  const seen = [];
  const end = store[how]((state) => seen.push(state));
  return { seen, end };
}
