// Where a client can be called: in this process, or in a page of Chromium.

import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { openPage } from "../../page/support/browser.js";
import * as plangrep from "../../support/package.js";
import { FROM_ANOTHER_ORIGIN, IN_PAGE } from "./differences.js";
import { emulated } from "./emulated.js";
import { FAULTS } from "./faults.js";
import { perform } from "./page/perform.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** What makes an emulator serve the page that calls. */
export const PAGE = ["--www", here("page"), "--pkg", fileURLToPath(new URL(".", plangrep.location))];

/** In each context Chromium makes six connections to a server at most, and a fault may keep one busy. */
const AT_ONCE = 5;
const CONTEXTS = 6;

/** Passes questions on, so many at a time; `respond` learns in which lane. */
function lanes(count, respond) {
  const free = Array.from({ length: count }, (_, index) => index);
  const waiting = [];
  return async (question) => {
    const lane = free.pop() ?? (await new Promise((resolve) => waiting.push(resolve)));
    try {
      return await respond(question, lane);
    } finally {
      const next = waiting.shift();
      if (next) next(lane);
      else free.push(lane);
    }
  };
}

/** Pages, each in a context of its own, that are first at `url`. `perform` calls in them, `goTo` takes them elsewhere. */
async function pagesAt(url) {
  const pages = await Promise.all(Array.from({ length: CONTEXTS }, () => openPage({ after }, url)));
  const perform = lanes(AT_ONCE * CONTEXTS, (question, lane) => {
    const settings = { ...question.settings, dangerouslyAllowBrowser: true };
    return pages[lane % CONTEXTS].evaluate((question) => globalThis.perform(question), { ...question, settings });
  });
  const goTo = (url) =>
    Promise.all(pages.map((page) => page.goto(url).then(() => page.waitForFunction(() => globalThis.perform))));
  return { perform, goTo };
}

/** The faults by name, with what is different laid over them. */
export const faultsWith = (...differences) =>
  Object.entries(FAULTS).map(([name, fault]) => [name, Object.assign({}, fault, ...differences.map((of) => of[name]))]);

/**
 * The runtimes for an emulator that was started with `PAGE`: each has its table of `faults`, and `perform` once it was
 * entered; one in `share` of the cases is enough for it. They are used one after another.
 */
export async function runtimesFor(emulator) {
  const other = await emulated(...PAGE, "--connect-src", emulator.url);
  const pages = await pagesAt(emulator.url);
  const inPage = (url, share, ...differences) => ({
    share,
    faults: faultsWith(IN_PAGE, ...differences),
    enter: () => pages.goTo(url),
    perform: pages.perform,
  });
  const inNode = lanes(AT_ONCE * CONTEXTS, (question) => perform(plangrep, question));
  return {
    Node: { share: 1, faults: faultsWith(), enter: () => {}, perform: inNode },
    Chromium: inPage(emulator.url, 1),
    "Chromium, another origin": inPage(other.url, process.env.SOAK ? 1 : 4, FROM_ANOTHER_ORIGIN),
  };
}
