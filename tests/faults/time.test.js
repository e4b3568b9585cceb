// Time as it can be, at random: sleep and wake, clocks that are stepped or stand still, timers that come late, weeks of
// waiting, and a server that fails meanwhile. `SEED=n` replays one schedule alone, `SEEDS=n` runs so many.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { PlangrepError } from "../support/package.js";
import { KINDS, scheduleOf } from "./support/schedule.js";
import { live } from "./support/time-world.js";

const { SEED, SEEDS = "400" } = process.env;
const seeds = SEED ? [Number(SEED)] : Array.from({ length: Number(SEEDS) }, (_, index) => index + 1);
const MINUTE = 60_000;
/** A deadline that was missed by more, in ms, was not missed by a timer. */
const MISSED = 500;
const counts = { happenings: 0, requests: 0, days: 0, resolved: 0, timedOut: 0, rejected: 0, aborted: 0 };

/** The time from one reading of the clocks to another: by the monotonic one, or by the wall's where that gained more. */
const between = (from, to) => Math.max(to.monotonic - from.monotonic, to.wall - from.wall);

/** The latest uptime at which something that is due then may happen on such a machine. */
function latest(due, { gaps, happenings }) {
  const late = happenings.some(({ what }) => what === "throttle") ? MINUTE : 0;
  const end = gaps.reduce((end, [from, to]) => (from <= end + late ? Math.max(end, to) : end), due);
  return end + late + 1;
}

function checkOutcome(drawn, lived) {
  const { state, value, error, reason, start, end, requests } = lived;
  const { wait, way, endsMs, longestMs, happenings, abortAtMs } = drawn;
  const passed = end.uptime - start.uptime;
  assert.notEqual(state, "pending", "hangs");
  if (wait.maxWaitMs < Infinity) {
    const due = start.uptime + wait.maxWaitMs;
    let limit = latest(due, { ...lived, happenings });
    // Where nothing ran when it was over, or so it seems by a clock that ran ahead, one poll that was missed too comes first,
    // and has the time of an attempt.
    const ahead = between(start, end) > passed + MISSED;
    if (limit > due + MISSED || ahead) limit = latest(limit + wait.timeoutMs, { ...lived, happenings });
    assert.ok(end.uptime <= limit, `ended ${end.uptime - limit} ms after its deadline`);
  }
  // What was to happen while the machine was frozen happens after.
  const frozen = happenings.reduce((sum, { what, ms }) => sum + (what === "freeze" ? ms : 0), 0);
  const over = Math.max(...endsMs, ...happenings.map(({ atMs }) => atMs), wait.initialDelayMs ?? 0) + frozen;
  const slack = 2 * longestMs + 20 * MINUTE + 2 * latest(0, { gaps: [], happenings });
  // Where the monotonic clock alone ran ahead, the last poll came that much too early for its deadline.
  const strayed = error?.code === "wait_timeout" && end.monotonic - start.monotonic > passed;
  assert.ok(passed <= over + slack || over === Infinity || strayed, `ended ${passed - over} ms after all was over`);

  if (state === "resolved") {
    counts.resolved++;
    const jobs = way === "waitForJobs" ? value : [value];
    assert.deepEqual(new Set(jobs.map(({ status }) => status)), new Set(["completed"]));
  } else if (error === reason) {
    counts.aborted++;
    const aborted = start.uptime + abortAtMs;
    assert.ok(
      end.uptime >= aborted && end.uptime <= latest(aborted, { ...lived, happenings }),
      "not when it was aborted",
    );
  } else {
    assert.ok(PlangrepError.is(error), `not an error of this package: ${error}`);
    if (error.code === "wait_timeout") {
      counts.timedOut++;
      assert.ok(error.elapsedMs >= wait.maxWaitMs && end.monotonic - start.monotonic >= wait.maxWaitMs - 1, "too soon");
    } else {
      counts.rejected++;
      const failed = requests.filter(({ ended, lost }) => ended && !lost);
      assert.ok(
        failed.some(({ kind }) => KINDS[kind] === error.code),
        `no request failed with ${error.code}`,
      );
    }
  }
}

/** A wait for one job ends with the failure that is one too many, or that will not pass, and with no other. */
function checkFailures({ way, wait }, { error, requests, events, end }) {
  if (way === "waitForJobs") return;
  const attempts = events.filter(({ type }) => type === "request").map(({ attempt }) => attempt);
  const polls = requests.filter((_, index) => (attempts[index + 1] ?? 1) === 1);
  // What was in flight at the end was no poll.
  const cut = PlangrepError.is(error) && error.code !== "wait_timeout" ? undefined : end.uptime;
  const slept = events.findLast(({ type }) => type === "request" || type === "retry")?.type === "retry";
  let inRow = 0;
  for (const [index, { kind, lost, ended }] of polls.entries()) {
    if (lost || (kind !== "good" && ended?.uptime === cut)) continue;
    // Nor was one that slept before another attempt.
    if (cut !== undefined && slept && index === polls.length - 1) continue;
    inRow = kind === "good" ? 0 : inRow + 1;
    const tooMany = kind === "gone" || inRow > wait.maxPollErrors;
    const isEnd = kind !== "good" && index === polls.length - 1 && error?.code === KINDS[kind];
    assert.equal(tooMany, isEnd, `poll ${index + 1} of ${polls.length}, ${kind}, the failure number ${inRow} in a row`);
  }
}

function checkRequests({ floorMs }, { requests, events }) {
  const sent = events.filter(({ type }) => type === "request");
  assert.equal(requests.length, sent.length, "requests without an event");
  const last = new Map();
  for (const [index, request] of requests.entries()) {
    const before = last.get(request.url);
    last.set(request.url, request);
    if (before === undefined) continue;
    assert.ok(before.ended, "two requests at once");
    const passed = between(before.ended, request.started);
    if (sent[index].attempt > 1) {
      const notified = events.slice(0, events.indexOf(sent[index])).filter(({ url }) => url === request.url);
      const retry = notified.at(-1);
      assert.equal(retry.type, "retry");
      assert.ok(passed >= retry.delayMs - 1 && retry.delayMs >= 375, `tried again after ${passed} ms`);
    } else if (!before.lost) {
      assert.ok(passed >= floorMs - 1, `polled again after ${passed} ms`);
      assert.ok(
        passed >= (before.retryAfterMs ?? 0) - 1,
        `polled after ${passed} ms, told to wait ${before.retryAfterMs}`,
      );
    }
  }
}

async function run(t, seed) {
  const drawn = scheduleOf(seed);
  const lived = await live(t, drawn);
  const { start, end, requests, events, left, later, error } = lived;
  const since = ({ uptime, monotonic, wall }) =>
    [uptime - start.uptime, monotonic - start.monotonic, wall - start.wall].map(Math.round).join("/");
  try {
    checkOutcome(drawn, lived);
    checkFailures(drawn, lived);
    checkRequests(drawn, lived);
    assert.deepEqual(left, { timers: 0, flights: 0, listeners: 0 });
    assert.equal(later, 0, "something happened afterwards");
  } catch (failure) {
    const lines = requests.map(
      ({ url, kind, started, ended }) =>
        `${since(started)} ${url.split("/v1/")[1]} ${kind} ${ended ? since(ended) : ""}`,
    );
    const facts = JSON.stringify({ ...drawn, end: since(end), state: lived.state }, null, 1);
    const log = `uptime/monotonic/wall:\n${lines.slice(-60).join("\n")}`;
    throw new Error(`${failure.message}\nreplay with SEED=${seed}: ${error?.stack}\n${facts}\n${log}`, {
      cause: failure,
    });
  }
  counts.happenings += drawn.happenings.length;
  counts.requests += requests.length;
  counts.days += (end.uptime - start.uptime) / (1440 * MINUTE);
  return events.length;
}

describe("random schedules of time", () => {
  for (const seed of seeds) test(`seed ${seed}`, (t) => run(t, seed));
});

after(() =>
  console.error(`• time: ${seeds.length} schedules, ${JSON.stringify({ ...counts, days: Math.round(counts.days) })}`),
);
