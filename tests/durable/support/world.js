// An emulator with jobs, and what its log says of the polls.

import assert from "node:assert/strict";
import { startEmulator } from "../../package/support/emulator.js";

/** The floor of the API's documentation, which the recipes leave as it is. */
const FLOOR_MS = 5_000;

/** Emulated seconds in a real one: a quick job of the emulator then takes about a minute. */
const SPEED = 0.2;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function startWorld(t) {
  const emulator = await startEmulator("--speed", String(SPEED), "--jobs", "0");
  t.after(() => emulator.stop());
  const call = async (method, path, body) => {
    const response = await fetch(emulator.admin + path, { method, body: body && JSON.stringify(body) });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response.status === 204 ? null : await response.json();
  };
  return {
    env: { PLANGREP_API_KEY: emulator.apiKey, PLANGREP_BASE_URL: emulator.url },
    call,
    job: async (id, more = {}) => (await call("POST", "jobs", { id, kind: "quick", ...more })).jobId,
    /** All requests so far, by job. */
    async polls() {
      const { events } = await call("GET", "log");
      const polls = new Map();
      for (const event of events) {
        const id = event.path.split("/").at(-1);
        polls.set(id, [...(polls.get(id) ?? []), event]);
      }
      return polls;
    },
    /** The emulator's own clock, which its log goes by. */
    async clock() {
      const id = `mark_${Math.random()}`;
      await fetch(`${emulator.url}/api/open/v1/jobs/${id}`);
      const { events } = await call("GET", `log?path=**/${id}`);
      const ahead = events[0].endedMs - performance.now();
      return () => performance.now() + ahead;
    },
    /** When a job ended, by that clock. */
    async endOf(id, clock) {
      const { life } = (await call("GET", `jobs/${id}`)).about;
      return clock() - (life.ageMs - life.endsAtAgeMs) / SPEED;
    },
  };
}

/**
 * That no job was polled within the floor of the poll before. Where a worker was killed with a response under way, or
 * before it could be stored, the next poll may come as soon as `afterLoss` ms after the start of that one.
 */
export function assertFloor(polls, { kills = [], afterLoss = FLOOR_MS }) {
  const seen = { polls: 0, lost: 0, leastAfterLoss: Infinity, longestAfterLoss: 0 };
  for (const [id, events] of polls) {
    if (id.startsWith("mark_")) continue;
    seen.polls += events.length;
    for (let at = 1; at < events.length; at++) {
      const [before, event] = [events[at - 1], events[at]];
      const ended = before.endedMs ?? before.atMs;
      const lost = kills.some((kill) => before.atMs <= kill && kill - ended < 1_500);
      if (lost && event.atMs - ended < FLOOR_MS) {
        seen.lost += 1;
        seen.leastAfterLoss = Math.min(seen.leastAfterLoss, event.atMs - before.atMs);
        assert.ok(
          event.atMs - before.atMs >= afterLoss,
          `${id} was polled ${event.atMs - before.atMs} ms after a poll that was lost`,
        );
      } else {
        assert.ok(
          event.atMs - ended >= FLOOR_MS,
          `${id} was polled ${event.atMs - ended} ms after the response before`,
        );
      }
      if (lost) seen.longestAfterLoss = Math.max(seen.longestAfterLoss, event.atMs - before.atMs);
    }
  }
  return seen;
}
