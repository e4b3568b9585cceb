// A page that is frozen, or goes away and comes back, past a poll and the deadline of a wait; one that is prerendered.

import { PlangrepClient } from "/node_modules/plangrep-client/index.mjs";
import { getTask, report } from "/page.mjs";

const client = new PlangrepClient({ baseUrl: "/plangrep", maxRetries: 0, pollFloorMs: 10 });

/** Waits for a job that has ended by the second poll, which comes a second before the deadline. */
function wait(id, maxWaitMs) {
  const state = {};
  state.polled = new Promise((resolve) => {
    const options = { maxWaitMs, maxIntervalMs: 600_000, minIntervalMs: 600_000, onPoll: resolve };
    state.outcome = client.waitForJob(id, options).then(
      ({ status }) => status,
      ({ code }) => code,
    );
  });
  return state;
}

const counts = async () => (await (await fetch("/counts")).json()).counts;

/** Longer and longer, until the page was away in time: a machine may be slow. */
async function until(sleep) {
  for (let maxWaitMs = 3_000; ; maxWaitMs *= 3) {
    const id = `later_${maxWaitMs}`;
    const { polled, outcome } = wait(id, maxWaitMs);
    await polled;
    const how = await sleep(maxWaitMs, async () => (await counts())[id]);
    if (how) return [await outcome, (await counts())[id], how];
    await outcome;
  }
}

const parts = {
  /** In the back/forward cache. */
  away: () =>
    until(async (ms, polls) => {
      let before;
      const back = new Promise((resolve) => addEventListener("pageshow", resolve, { once: true }));
      addEventListener("pagehide", () => {
        before = performance.now();
      });
      const start = performance.now();
      location.assign(`/away.html?ms=${ms}`);
      const { persisted } = await back;
      // What came back has stood still: the poll had not been made when it left.
      if (before - start > ms - 1_500) return undefined;
      await polls();
      return persisted ? "kept" : "made anew";
    }),
  /** It goes away with a request under way, which its browser may end. */
  async underWay() {
    if (sessionStorage.getItem("left")) return "made anew";
    sessionStorage.setItem("left", "yes");
    const wait = client.waitForJob("slow_away", { intervalMs: 10 });
    while (!(await counts()).slow_away) await new Promise((resolve) => setTimeout(resolve, 20));
    const back = new Promise((resolve) => addEventListener("pageshow", resolve, { once: true }));
    location.assign("/away.html?ms=1000");
    await back;
    return await wait.then(
      ({ status }) => status,
      ({ message }) => message,
    );
  },
  /** Discarded, to save memory, or reloaded: only what it has stored is left. */
  async loadedAnew() {
    const state = sessionStorage.getItem("state") ?? undefined;
    const polls = [];
    const onPoll = (update) => {
      polls.push(update.poll);
      sessionStorage.setItem("state", update.state);
      if (!state) location.reload();
    };
    const intervalMs = state ? 10 : 600_000;
    const { status } = await client.waitForJob("later_anew", { state, intervalMs, onPoll });
    return [status, polls, (await counts()).later_anew];
  },
  /** Frozen by the browser, as a tab in the background is. */
  async frozen() {
    const events = [];
    for (const event of ["freeze", "resume"]) document.addEventListener(event, () => events.push(event));
    return await until(async (ms) => {
      const start = performance.now();
      const resumed = new Promise((resolve) => document.addEventListener("resume", resolve, { once: true }));
      let frozen;
      document.addEventListener(
        "freeze",
        () => {
          frozen = performance.now();
        },
        { once: true },
      );
      fetch(`/freeze?ms=${ms}`);
      await resumed;
      return frozen - start > ms - 1_500 ? undefined : events.slice(-2).join();
    });
  },
  /** Only what a call asks for is asked for before the page is shown. */
  async prerendered({ shows }) {
    if (shows) {
      const rules = document.createElement("script");
      rules.type = "speculationrules";
      const url = new URL(location.href);
      url.searchParams.set("task", JSON.stringify({ ...getTask(), shows: false }));
      rules.textContent = JSON.stringify({ prerender: [{ source: "list", urls: [url.href] }] });
      document.head.append(rules);
      while (!(await counts()).ok_ready) await new Promise((resolve) => setTimeout(resolve, 20));
      location.assign(url.href);
      await new Promise(() => {});
    }
    const { prerendering } = document;
    const single = new PlangrepClient({ baseUrl: "/plangrep" });
    const waits = client.waitForJob("ok_wait");
    const watch = client.watchJob("ok_watch").next();
    await single.getJob("ok_single");
    const { ok_wait, ok_watch } = await counts();
    await single.getJob("ok_ready");
    await Promise.all([waits, watch]);
    const after = await counts();
    return [prerendering, ok_wait ?? 0, ok_watch ?? 0, document.prerendering, after.ok_wait, after.ok_watch];
  },
};

report((task) => parts[task.part](task));
