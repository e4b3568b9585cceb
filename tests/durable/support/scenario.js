// What every engine must stand: one run of some two and a half minutes, in which everything happens at once.
//
// Many waits of about a minute, made by two workers, one of which is killed; a job whose server is busy fifteen times;
// a job of which two events tell.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { assertFloor, sleep, startWorld } from "./world.js";

/** In ms: the whole scenario, after which it has failed. */
const DEADLINE_MS = 600_000;
const BUSY = 15;
const RETRY_AFTER_MS = 8_000;

/**
 * `engine(t, env)` starts what the recipe needs and gives
 * - `worker()`: starts one, and gives its `pid` and `kill(signal)`,
 * - `workers`: how many run at a time, 2 where it is left out,
 * - `start(id)`, `nudge(id)`,
 * - `outcomes()`: what is stored of each wait that has ended, `[id, outcome]`,
 * - `afterLoss`: how soon, in ms, a poll may come after one whose response was lost,
 * - `eventMs`: how long an event may take until its poll.
 */
export async function standsEverything(t, { engine, waits = Number(process.env.WAITS ?? 1_000) }) {
  const world = await startWorld(t);
  await world.call("PUT", "faults", [
    { name: "busy", when: { job: "job_busy", times: BUSY }, respond: { status: 503 }, headers: { "retry-after": "8" } },
    { name: "slow", when: { path: "/api/open/v1/jobs/job_slow_*" }, delayMs: 2_500 },
  ]);
  const { start, nudge, worker, outcomes, afterLoss, workers: count = 2, eventMs = 3_500 } = await engine(t, world.env);
  const slow = Array.from({ length: 40 }, (_, place) => `job_slow_${place}`);
  const many = Array.from({ length: waits }, (_, place) => `job_${place}`);
  const ids = ["job_busy", "job_event", ...slow, ...many];
  await inTens(ids, (id) => world.job(id, id === "job_event" ? { kind: "stuck" } : {}));

  const workers = [];
  while (workers.length < count) workers.push(await worker());
  const clock = await world.clock();
  const started = clock();
  await inTens(ids, start);

  // A worker is killed with requests in flight; another one takes its place.
  await sleep(20_000);
  const cpuOfKilled = cpuSeconds(workers[0].pid);
  await workers[0].kill("SIGKILL");
  const killed = clock();
  workers[0] = await worker();

  await events(world, clock, nudge, eventMs);
  await world.call("POST", "jobs/job_event/cancel");

  const end = performance.now() + DEADLINE_MS;
  let ends;
  for (;;) {
    ends = await outcomes();
    if (ends.length >= ids.length) break;
    if (performance.now() > end) {
      const missing = ids.filter((id) => !ends.some(([ended]) => ended === id));
      assert.fail(`${missing.length} waits did not end: ${missing.slice(0, 9).join(", ")}`);
    }
    await sleep(1_000);
  }
  const ended = clock();
  const before = (await world.polls()).size;
  await sleep(12_000);
  const polls = await world.polls();
  assert.ok(
    [...polls.values()].flat().every((event) => event.atMs <= ended + 1),
    "something was polled after all had ended",
  );
  assert.equal(polls.size, before);

  // Each end is reported once.
  assert.deepEqual(ends.map(([id]) => id).sort(), [...ids].sort());
  for (const [id, outcome] of ends) assert.equal(outcome, id === "job_event" ? "cancelled" : "completed", id);

  // No attempt was used up, and no poll came before the server wanted it.
  const busy = polls.get("job_busy").filter((event) => event.status === 503);
  assert.ok(busy.length >= BUSY - 1 && busy.length <= BUSY, `${busy.length} responses of 503`);
  for (const event of busy) {
    const next = polls.get("job_busy").find((other) => other.atMs > event.atMs);
    const lost = event.atMs <= killed && killed - event.endedMs < 1_500;
    assert.ok(lost || next.atMs - event.endedMs >= RETRY_AFTER_MS, "a Retry-After was not kept");
  }

  const floor = assertFloor(polls, { kills: [killed], afterLoss });
  const lag = await afterTheEnd(world, clock, polls, [...slow, ...many], killed);
  const cpu = cpuOfKilled + workers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const figures = { ...floor, ...lag, cpuSeconds: cpu, seconds: Math.round((ended - started) / 1_000) };
  t.diagnostic(JSON.stringify(figures));
}

/** An event is polled at once; one within the floor or during a poll is not, but then. */
async function events(world, clock, nudge, eventMs) {
  const last = async () => (await world.polls()).get("job_event").at(-1);
  const poll = async (after, within) => {
    for (const end = performance.now() + within + 10_000; performance.now() < end; await sleep(50)) {
      const event = await last();
      if (event.atMs > after) return event;
    }
    assert.fail(`an event was not polled within ${within + 10_000} ms`);
  };
  // Between the floor and the interval, which is ten seconds or more.
  let before = await last();
  before = await poll(before.atMs, 60_000);
  await sleep(6_000);
  assert.equal((await last()).seq, before.seq);
  const first = clock();
  await nudge("job_event");
  const atOnce = await poll(first, eventMs);
  assert.ok(atOnce.atMs - first <= eventMs, `an event was polled after ${atOnce.atMs - first} ms`);
  await sleep(1_000);
  await Promise.all([nudge("job_event"), nudge("job_event"), nudge("job_event")]);
  const later = await poll(atOnce.atMs, 5_000 + eventMs);
  const gap = later.atMs - atOnce.endedMs;
  assert.ok(gap >= 5_000 && gap <= 5_000 + eventMs + 2_500, `an event within the floor was polled after ${gap} ms`);

  // One that comes while a poll is under way, whose response may be older than the event.
  await sleep(6_000);
  await world.call("POST", "faults", { name: "long", when: { job: "job_event" }, delayMs: 3_000 });
  await nudge("job_event");
  const underWay = await poll(later.atMs, eventMs);
  await sleep(500);
  await nudge("job_event");
  await world.call("DELETE", "faults/long");
  const next = await poll(underWay.atMs, 8_000 + eventMs);
  const { endedMs } = (await world.polls()).get("job_event").find(({ seq }) => seq === underWay.seq);
  assert.ok(endedMs - underWay.atMs >= 3_000);
  const after = next.atMs - endedMs;
  assert.ok(after >= 5_000 && after <= 5_000 + eventMs + 2_500, `an event during a poll was polled after ${after} ms`);
}

/** One poll finds the end of a job, and none follows; but where that response was lost. */
async function afterTheEnd(world, clock, polls, ids, killed) {
  const lags = [];
  await inTens(ids, async (id) => {
    const end = await world.endOf(id, clock);
    const isLost = ({ atMs, endedMs }) => atMs <= killed && killed - (endedMs ?? atMs) < 1_500;
    const after = polls.get(id).filter((event) => event.atMs > end + 500 && !isLost(event));
    assert.ok(after.length <= 1, `${id} was polled ${after.length} times after its end`);
    lags.push(Math.max(0, (polls.get(id).at(-1).endedMs - end) / 1_000));
  });
  lags.sort((one, other) => one - other);
  const at = (share) => Number(lags[Math.floor(share * (lags.length - 1))].toFixed(1));
  return { lagP50: at(0.5), lagP95: at(0.95) };
}

async function inTens(items, each) {
  for (let at = 0; at < items.length; at += 10) await Promise.all(items.slice(at, at + 10).map(each));
}

/** What a process and its threads used. */
function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
