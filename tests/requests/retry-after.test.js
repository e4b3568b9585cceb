// Retry-After: a floor for the next attempt, and beyond a minute the end of a plain request.

import assert from "node:assert/strict";
import { test } from "node:test";
import { START } from "../support/clock.js";
import { respond } from "../support/network.js";
import { jobBody } from "../support/samples.js";
import { world } from "../support/world.js";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const imf = (ms) => new Date(ms).toUTCString();
const rfc850 = (ms) => {
  const [, day, month, year, time] = imf(ms).split(" ");
  return `${DAYS[new Date(ms).getUTCDay()]}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
};
const asctime = (ms) => {
  const [weekday, day, month, year, time] = imf(ms).split(" ");
  return `${weekday.slice(0, 3)} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`;
};

/** Answers 503 with these headers once, then success: when the second request was made. */
async function secondRequestAt(t, headers, random = 0) {
  const { client, times, run, nothingAfter } = world(t, {
    steps: [respond(503, "", headers), respond(200, jobBody())],
    random,
  });
  const { state } = await run(client.getJob("job_1"));
  assert.equal(state, "resolved");
  await nothingAfter();
  return times()[1];
}

test("seconds and the three forms of an HTTP date are waited for", async (t) => {
  const at = START + 20_000;
  const forms = {
    seconds: "20",
    "seconds with blanks": " 20 ",
    IMF: imf(at),
    "RFC 850": rfc850(at),
    asctime: asctime(at),
  };
  for (const [form, value] of Object.entries(forms)) {
    await t.test(form, async (t) => assert.equal(await secondRequestAt(t, { "retry-after": value }), 20_000));
  }
});

test("a date is measured against the response's own Date header, whatever the clock here says", async (t) => {
  const there = Date.parse("2031-05-05T05:05:05Z");
  for (const form of [imf, rfc850, asctime]) {
    await t.test(form.name, async (t) => {
      const headers = { date: imf(there), "retry-after": form(there + 7000) };
      assert.equal(await secondRequestAt(t, headers), 7000);
    });
  }
  await t.test("an unreadable Date header counts as none", async (t) => {
    assert.equal(await secondRequestAt(t, { date: "yesterday", "retry-after": imf(START + 3000) }), 3000);
  });
});

test("jitter comes on top of what was demanded, at most a quarter", async (t) => {
  for (const [random, expected] of [
    [0, 20_000],
    [0.5, 22_500],
    [0.999, 24_995],
  ]) {
    await t.test(String(random), async (t) =>
      assert.equal(await secondRequestAt(t, { "retry-after": "20" }, random), expected),
    );
  }
});

test("zero, a date in the past and what cannot be read give the normal backoff", async (t) => {
  const values = [
    "0",
    "000",
    imf(START),
    imf(START - 60_000),
    imf(0),
    "",
    "soon",
    "-5",
    "1.5",
    "1e1",
    "0x10",
    "+3",
    "20 s",
    "20, 30",
    "Infinity",
    "NaN",
  ];
  values.push(
    "2026-01-01T00:00:20Z",
    "1 Jan 2026",
    "Thu, 32 Jan 2026 00:00:20 GMT",
    "Thu, 01 Jan 2026 00:00:20 +0000",
    "Thu, 01 Jan 2026 25:00:00 GMT",
  );
  for (const value of values) {
    await t.test(JSON.stringify(value), async (t) =>
      assert.equal(await secondRequestAt(t, { "retry-after": value }, 0.5), 500),
    );
  }
});

test("up to a minute is waited; more ends the request at once and says how much", async (t) => {
  await t.test("60 s", async (t) => assert.equal(await secondRequestAt(t, { "retry-after": "60" }), 60_000));
  const longer = { 61: 61_000, 3600: 3_600_000, 86400: 86_400_000, [imf(START + 61_000)]: 61_000 };
  for (const [value, retryAfterMs] of Object.entries(longer)) {
    for (const status of [429, 503]) {
      await t.test(`${status}, ${value}`, async (t) => {
        const { client, requests, run, nothingAfter } = world(t, {
          steps: [respond(status, "", { "retry-after": value })],
        });
        const { error, at } = await run(client.getJob("job_1"));
        assert.deepEqual([error.status, error.retryAfterMs, error.attempts, at], [status, retryAfterMs, 1, 0]);
        assert.equal(requests.length, 1);
        await nothingAfter();
      });
    }
  }
});

test("a number beyond all reason is still a finite number of milliseconds", async (t) => {
  const { client, run } = world(t, { steps: [respond(503, "", { "retry-after": "9".repeat(400) })] });
  const { error } = await run(client.getJob("job_1"));
  assert.ok(Number.isFinite(error.retryAfterMs) && error.retryAfterMs > 1e9, String(error.retryAfterMs));
});

test("retryAfterMs is what was demanded, null where nothing readable was, also on errors that are not retried", async (t) => {
  const cases = [
    [404, "20", 20_000],
    [404, "0", 0],
    [404, "soon", null],
    [401, undefined, null],
    [503, "20", 20_000],
    [503, "soon", null],
  ];
  for (const [status, value, expected] of cases) {
    await t.test(`${status} ${value}`, async (t) => {
      const steps = [respond(status, "", value === undefined ? {} : { "retry-after": value })];
      const { client, run } = world(t, { steps, options: { maxRetries: 0 } });
      assert.equal((await run(client.getJob("job_1"))).error.retryAfterMs, expected);
    });
  }
});
