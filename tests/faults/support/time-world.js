// A client on a machine in virtual time, before a server of jobs, in what a seed has drawn.

import { getEventListeners } from "node:events";
import { outcomeOf } from "../../support/outcome.js";
import { PlangrepClient } from "../../support/package.js";
import { pageIn } from "../../support/page.js";
import { job, KEY } from "../../support/samples.js";
import { machine } from "./machine.js";

const WAYS = {
  waitForJob: (client, [id], options) => client.waitForJob(id, options),
  waitForJobs: (client, ids, options) => client.waitForJobs(ids, options),
  async watchJob(client, [id], options) {
    let last;
    for await (last of client.watchJob(id, { ...options, everyPoll: true }));
    return last.job;
  },
};

const responseOf = (status, body, headers = {}) => ({ status, headers: new Headers(headers), text: async () => body });

/** Runs what was drawn to its end; gives what came of it, each request, and what was left when it was over. */
export async function live(t, drawn) {
  const m = machine(t);
  const page = drawn.inPage ? pageIn(t) : { navigator: { onLine: true }, dispatch() {}, listeners: () => [] };
  t.mock.method(Math, "random", drawn.jitter);
  const requests = [];
  const events = [];
  const flights = new Set();
  let suspendedMs = 0;
  const start = m.read();
  const trueMs = () => m.read().uptime - start.uptime + suspendedMs;
  const ids = drawn.endsMs.map((_, index) => `job_${index}`);
  const jobOf = (index) => {
    const status = trueMs() >= drawn.endsMs[index] ? "completed" : "processing";
    return job({ id: ids[index], projectId: "proj_1", status, updatedAt: new Date(1.8e12 + trueMs()).toISOString() });
  };
  const allEndMs = Math.max(...drawn.endsMs);

  async function fetch(url, { signal }) {
    // Once every job has ended, the server is well again.
    const { kind, latencyMs, retryAfterMs } = trueMs() >= allEndMs ? { kind: "good", latencyMs: 100 } : drawn.respond();
    const request = { url, kind: page.navigator.onLine ? kind : "broken", started: m.read(), ended: null };
    requests.push(request);
    let timer;
    try {
      await new Promise((resolve, reject) => {
        const fail = () => {
          request.kind = "broken";
          reject(new TypeError("Failed to fetch"));
        };
        const giveUp = () => {
          if (request.ended === null) request.kind = "silent";
          reject(signal.reason);
        };
        signal.addEventListener("abort", giveUp, { once: true });
        flights.add(fail);
        request.land = () => flights.delete(fail);
        if (request.kind !== "silent") timer = m.exact.set(request.kind === "broken" ? fail : resolve, latencyMs);
      });
    } finally {
      m.exact.clear(timer);
      request.land();
      Object.assign(request, { ended: m.read(), lost: !page.navigator.onLine });
    }
    if (request.kind === "gone") return responseOf(404, "");
    if (request.kind === "garbled") return responseOf(200, "<h1>Log in</h1>");
    if (request.kind === "busy") return responseOf(503, "");
    if (request.kind === "later") {
      request.retryAfterMs = retryAfterMs;
      return responseOf(503, "", { "retry-after": `${retryAfterMs / 1000}` });
    }
    request.terminal = ids.every((_, index) => jobOf(index).status === "completed");
    const body = url.endsWith("/jobs")
      ? { jobs: ids.map((_, index) => jobOf(index)) }
      : { job: jobOf(ids.indexOf(url.split("/").at(-1))) };
    return responseOf(200, JSON.stringify(body));
  }

  function breakOff() {
    if (!drawn.breaks()) return;
    for (const fail of flights) fail();
  }
  const happen = {
    stepWall: (ms) => m.stepWall(ms),
    stepBack: (ms) => m.stepWall(-ms),
    stepMonotonic: (ms) => m.stepMonotonic(ms),
    freeze: (ms) => m.freeze(ms),
    suspend: (ms) => m.suspend(ms, true),
    stopClocks: (ms) => m.suspend(ms, false),
    throttle: () => m.throttle(true),
    unthrottle: () => m.throttle(false),
    abort: () => abort.abort(reason),
  };
  const reason = new Error("enough");
  const abort = new AbortController();
  const due = [];
  const happenings = [...drawn.happenings];
  if (drawn.abortAtMs !== null) happenings.push({ atMs: drawn.abortAtMs, what: "abort" });
  const scheduled = happenings.map((each) => m.at(each.atMs, () => due.push(each)));

  const client = new PlangrepClient({
    apiKey: KEY,
    fetch,
    pollFloorMs: drawn.floorMs,
    dangerouslyAllowBrowser: true,
    onEvent: (event) => events.push({ ...event, at: m.read(), request: requests.length }),
  });
  const outcome = outcomeOf(WAYS[drawn.way](client, ids, { ...drawn.wait, signal: abort.signal }));
  await m.flush();
  let steps = 0;
  for (; outcome.state === "pending" && m.timers() + due.length > 0 && steps < 50_000; steps++) {
    if (due.length === 0) await m.step();
    for (const { what, ms } of due.splice(0)) {
      if (outcome.state !== "pending") break;
      if (what === "suspend" || what === "stopClocks") suspendedMs += ms;
      if (["freeze", "suspend", "stopClocks"].includes(what)) breakOff();
      if (happen[what]) happen[what](ms);
      else page.dispatch(what);
      await m.flush();
    }
  }
  const end = m.read();
  const before = [requests.length, events.length];
  for (const callOff of scheduled) callOff();
  m.throttle(false);
  await m.flush();
  const left = {
    timers: m.timers(),
    flights: flights.size,
    listeners:
      getEventListeners(abort.signal, "abort").length + page.listeners().reduce((sum, count) => sum + count, 0),
  };
  for (const event of ["visibilitychange", "online"]) page.dispatch(event);
  m.stepWall(86_400_000);
  await m.pass(86_400_000);
  const later = requests.length + events.length - before[0] - before[1];
  return { ...outcome, reason, start, end, steps, requests, events, left, later, gaps: m.gaps };
}
