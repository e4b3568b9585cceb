// What a seed makes of a wait in time: what is called, what the machine does meanwhile, and what the server does.

import { randomFrom } from "./random.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How often is polled, how long a job takes, and how far a clock strays: from the usual to beyond 2^31 ms. */
const SCALES = [
  { floorMs: 5 * SECOND, longestMs: 30 * SECOND, lifeMs: 20 * MINUTE, strayMs: 8 * HOUR },
  { floorMs: 5 * SECOND, longestMs: 5 * MINUTE, lifeMs: 4 * HOUR, strayMs: 3 * DAY },
  { floorMs: HOUR, longestMs: 12 * HOUR, lifeMs: 12 * DAY, strayMs: 9 * DAY },
  { floorMs: 3 * DAY, longestMs: 40 * DAY, lifeMs: 200 * DAY, strayMs: 30 * DAY },
];

/** What a server answers instead of the job, and the code that an error for it has. */
export const KINDS = {
  broken: "connection_failed",
  silent: "timeout",
  busy: "server_error",
  later: "server_error",
  garbled: "invalid_response",
  gone: "not_found",
};

/** What happens to the machine, one after another, at some uptime. */
function happenings({ below, oneOf, chance }, { lifeMs, strayMs }, inPage) {
  const all = [];
  const add = (atMs, what, ms = 0) => all.push({ atMs, what, ms });
  const wake = (atMs) => {
    if (inPage && chance(0.8))
      add(atMs + below(chance(0.5) ? 10 : 20 * SECOND), oneOf(["visibilitychange", "pageshow"]));
  };
  for (let count = below(10); count > 0; count--) {
    const atMs = below(lifeMs);
    const ms = 1 + below(chance(0.3) ? 10 * SECOND : strayMs);
    const what = oneOf([
      "stepWall",
      "stepBack",
      "stepMonotonic",
      "freeze",
      "suspend",
      "stopClocks",
      "throttle",
      "offline",
      "look",
    ]);
    if (what === "look") wake(atMs);
    else if (what === "throttle") {
      add(atMs, "throttle");
      add(atMs + ms, "unthrottle");
      wake(atMs + ms);
    } else if (what !== "offline") {
      add(atMs, what, ms);
      wake(atMs);
    } else if (inPage) {
      add(atMs, "offline");
      add(atMs + ms, "online");
    }
  }
  return all.sort((one, other) => one.atMs - other.atMs);
}

/** All that a seed draws; `respond(number)` is what becomes of a request: one of `KINDS` or "good", and after how long. */
export function scheduleOf(seed) {
  const random = randomFrom(seed);
  const { below, oneOf, chance, next } = random;
  const scale = oneOf(SCALES);
  const inPage = chance(0.7);
  const way = oneOf(["waitForJob", "watchJob", "waitForJobs"]);
  const wait = { maxRetries: below(3), maxPollErrors: oneOf([0, 2, 5, 50, Infinity]), timeoutMs: 30 * SECOND };
  if (chance(0.5)) wait.intervalMs = scale.floorMs + below(scale.longestMs - scale.floorMs);
  else Object.assign(wait, { minIntervalMs: scale.floorMs, maxIntervalMs: scale.longestMs });
  if (chance(0.2)) wait.initialDelayMs = below(2 * scale.longestMs);
  const ends = chance(0.8);
  if (!ends || chance(0.4)) wait.maxWaitMs = 1 + below(scale.lifeMs * 1.5);
  else if (chance(0.5)) wait.maxWaitMs = Infinity;
  const trouble = oneOf([0, 0.1, 0.4, 0.9]);
  const kinds = ["broken", "silent", "busy", "later", "garbled"];
  return {
    ...scale,
    inPage,
    way,
    wait,
    endsMs: Array.from({ length: way === "waitForJobs" ? 3 : 1 }, () => (ends ? below(scale.lifeMs) : Infinity)),
    happenings: happenings(random, scale, inPage),
    abortAtMs: chance(0.15) ? below(scale.lifeMs) : null,
    jitter: next,
    breaks: () => chance(0.5),
    respond() {
      const kind = chance(0.01) ? "gone" : oneOf(kinds);
      return {
        kind: chance(trouble) ? kind : "good",
        latencyMs: below(2 * SECOND),
        retryAfterMs: SECOND * oneOf([1, 30, 90, below(scale.longestMs / SECOND)]),
      };
    },
  };
}
