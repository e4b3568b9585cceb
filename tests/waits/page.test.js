// The life of a page: foreground, sleep, offline. A page is a document, a window and a navigator to the package.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pageIn } from "../support/page.js";
import { life, serverOf, silence, waiting } from "./support/waiting.js";

const processing = serverOf(life("job_1", [[0, "processing"]]));
/** A client in a page of this process, until the end of test `t`. */
function inPage(t, { onLine, prerendering, baseUrl, ...options }) {
  const page = pageIn(t, { onLine, prerendering });
  const w = waiting(t, { ...options, options: { dangerouslyAllowBrowser: true, baseUrl } });
  return {
    ...w,
    ...page,
    async dispatch(event) {
      page.dispatch(event);
      await w.flush();
    },
  };
}

for (const event of ["visibilitychange", "pageshow", "online"]) {
  test(`at ${event} a poll that is overdue is made once, at once, and one that is not waits`, async (t) => {
    const w = inPage(t, { server: processing });
    w.client.waitForJob("job_1", { intervalMs: 10_000, signal: w.signal }).catch(() => {});
    await w.advance(4_000);
    await w.dispatch(event);
    assert.deepEqual(w.log(), ["0 job_1"], "not due yet");
    // In the background timers hardly run: the time passes, and none of them fires.
    const now = performance.now.bind(performance);
    t.mock.method(performance, "now", () => now() + 30_000);
    await w.dispatch(event);
    await w.dispatch(event);
    assert.deepEqual(w.log(), ["0 job_1", "4000 job_1"]);
    await w.advance(9_999);
    assert.equal(w.requests.length, 2);
    await w.advance(1);
    assert.equal(w.requests.length, 3);
    w.abort.abort();
    await w.nothingAfter();
  });
}

test("after sleep, in which the monotonic clock stood still, an overdue poll is made at once and the deadline stays", async (t) => {
  const w = inPage(t, { server: processing });
  const ends = [];
  w.client
    .waitForJob("job_1", { intervalMs: 10_000, maxWaitMs: 60_000, signal: w.signal })
    .catch(({ code, elapsedMs }) => ends.push(code, elapsedMs));
  await w.advance(3_000);
  w.clock.setSystemTime(Date.now() + 8 * 3_600_000);
  await w.dispatch("visibilitychange");
  assert.equal(w.requests.length, 2);
  await w.dispatch("visibilitychange");
  assert.equal(w.requests.length, 2);
  await w.advance(56_999);
  assert.deepEqual(ends, []);
  await w.advance(1);
  assert.deepEqual(ends, ["wait_timeout", 60_000]);
  await w.nothingAfter();
});

test("a sleep after which a poll was made already brings no second one", async (t) => {
  const w = inPage(t, { server: processing });
  w.client.waitForJob("job_1", { intervalMs: 10_000, signal: w.signal }).catch(() => {});
  await w.advance(3_000);
  w.clock.setSystemTime(Date.now() + 8 * 3_600_000);
  await w.advance(7_000);
  assert.equal(w.requests.length, 2);
  await w.advance(1_000);
  await w.dispatch("visibilitychange");
  assert.equal(w.requests.length, 2, "within the floor of the one before");
  await w.advance(9_000);
  assert.equal(w.requests.length, 3);
  w.abort.abort();
  await w.nothingAfter();
});

test("a wall clock that is put back and forth is no sleep", async (t) => {
  const w = inPage(t, { server: processing });
  w.client.waitForJob("job_1", { intervalMs: 10_000, signal: w.signal }).catch(() => {});
  await w.advance(1_000);
  for (const step of [-3_600_000, 3_600_000]) {
    w.clock.setSystemTime(Date.now() + step);
    await w.dispatch("visibilitychange");
  }
  assert.equal(w.requests.length, 1);
  w.abort.abort();
  await w.nothingAfter();
});

test("a wall clock that is stepped harms nothing", async (t) => {
  const w = inPage(t, { server: processing });
  w.client.waitForJob("job_1", { intervalMs: 10_000, maxWaitMs: 45_000, signal: w.signal }).catch(() => {});
  const polls = [];
  for (const step of [-3_600_000, 0, 86_400_000, -86_400_000]) {
    await w.advance(10_000);
    w.clock.setSystemTime(Date.now() + step);
    polls.push(w.requests.length);
  }
  assert.deepEqual(polls, [2, 3, 4, 5]);
  await w.advance(5_000);
  await w.nothingAfter();
});

test("sleep while nobody waits is nothing to a wait that starts afterwards", async (t) => {
  const w = inPage(t, { server: processing });
  w.clock.setSystemTime(Date.now() + 8 * 3_600_000);
  w.client.waitForJob("job_1", { intervalMs: 10_000, signal: w.signal }).catch(() => {});
  await w.advance(6_000);
  await w.dispatch("visibilitychange");
  assert.equal(w.requests.length, 1);
  w.abort.abort();
  await w.nothingAfter();
});

test("offline, polls come at the longest interval, failures are told and do not count; online again, one is made at once", async (t) => {
  let fails = false;
  const server = (request) => {
    if (fails) throw new TypeError("Failed to fetch");
    return processing(request);
  };
  const w = inPage(t, { server, latency: 1_000 });
  const polls = [];
  w.client
    .waitForJob("job_1", {
      intervalMs: 10_000,
      maxPollErrors: 0,
      signal: w.signal,
      onPoll: ({ poll }) => polls.push(poll),
      onPollError: ({ code }) => polls.push(code),
    })
    .catch((reason) => polls.push(reason));
  await w.advance(11_500); // the second poll is in flight
  fails = true;
  await w.dispatch("offline");
  await w.advance(180_000);
  // Each attempt takes a second.
  assert.deepEqual(
    w.requests.map(({ at }) => at),
    [0, 11_000, 42_000, 73_000, 104_000, 135_000, 166_000],
  );
  const lost = Array(6).fill("connection_failed");
  assert.deepEqual(polls, [1, ...lost]);
  fails = false;
  await w.dispatch("online");
  await w.advance(1_000);
  assert.equal(w.requests.length, 8);
  assert.deepEqual(polls, [1, ...lost, 2], "what was lost was no poll");
  w.abort.abort("stop");
  await w.flush();
  assert.deepEqual(polls, [1, ...lost, 2, "stop"]);
  await w.nothingAfter(polls);
});

test("offline, a maxIntervalMs that is given is the interval, be it shorter or longer than the default", async (t) => {
  for (const maxIntervalMs of [15_000, 60_000]) {
    await t.test(String(maxIntervalMs), async (t) => {
      const server = () => {
        throw new TypeError("Failed to fetch");
      };
      const w = inPage(t, { server, onLine: false });
      w.client.waitForJob("job_1", { maxIntervalMs, maxRetries: 0, signal: w.signal }).catch(() => {});
      await w.advance(3 * maxIntervalMs);
      assert.deepEqual(
        w.requests.map(({ at }) => at),
        [0, maxIntervalMs, 2 * maxIntervalMs, 3 * maxIntervalMs],
      );
      w.abort.abort();
      await w.nothingAfter();
    });
  }
});

test("a wait that starts offline tries all the same, slowly, and its deadline holds without a network", async (t) => {
  const server = serverOf(life("job_1", [[0, "completed"]]));
  let fails = true;
  const w = inPage(t, {
    server: (request) => {
      if (fails) throw new TypeError("Failed to fetch");
      return server(request);
    },
    onLine: false,
  });
  const late = w.client.waitForJob("job_1", { maxWaitMs: 20_000, signal: w.signal });
  const { error, at } = await w.run(late);
  assert.deepEqual([error.code, error.polls, at], ["wait_timeout", 0, 20_000]);
  assert.equal(error.lastError.code, "connection_failed");
  const wait = w.client.waitForJob("job_1", { signal: w.signal });
  await w.advance(35_000);
  assert.equal(w.requests.at(-1).at, 50_000);
  fails = false; // the flag lies
  const { value } = await w.run(wait);
  assert.equal(value.status, "completed");
  assert.equal(w.now(), 80_000);
  await w.nothingAfter();
});

test("the page is listened to while somebody waits, once, and not after", async (t) => {
  const w = inPage(t, {
    server: serverOf(
      life("job_1", [
        [0, "processing"],
        [20_000, "completed"],
      ]),
    ),
  });
  assert.deepEqual(w.listeners(), [0, 0, 0, 0]);
  const waits = [w.client.waitForJob("job_1"), w.client.waitForJob("job_1")];
  await w.advance(1_000);
  assert.deepEqual(w.listeners(), [1, 1, 1, 1]);
  await w.run(Promise.all(waits));
  await w.flush();
  assert.deepEqual(w.listeners(), [0, 0, 0, 0]);
  await w.nothingAfter();
});

test("in a page that is prerendered a wait and a watch send nothing until it is shown; a single request goes as called", async (t) => {
  const w = inPage(t, { server: processing, prerendering: true });
  w.client.waitForJob("job_1", { intervalMs: 10_000, signal: w.signal }).catch(() => {});
  const watch = w.client.watchJob("job_1", { intervalMs: 10_000, signal: w.signal });
  watch.next().catch(() => {});
  await w.advance(60_000);
  assert.deepEqual(w.log(), []);
  w.client.getJob("job_1").catch(() => {});
  await w.advance(1);
  assert.deepEqual(w.log(), ["60000 job_1"]);
  w.document.prerendering = false;
  await w.dispatch("prerenderingchange");
  assert.deepEqual(w.log(), ["60000 job_1", "60001 job_1"]);
  await w.advance(10_000);
  assert.equal(w.requests.length, 3);
  w.abort.abort();
  await w.nothingAfter();
});

test("a wait that is aborted while its page is prerendered ends at once and never polls", async (t) => {
  const w = inPage(t, { server: processing, prerendering: true });
  const ends = [];
  w.client.waitForJob("job_1", { signal: w.signal }).catch((error) => ends.push(error.name));
  await w.advance(1_000);
  w.abort.abort();
  await w.advance(1);
  assert.deepEqual(ends, ["AbortError"]);
  w.document.prerendering = false;
  await w.dispatch("prerenderingchange");
  assert.deepEqual(w.log(), []);
  await w.nothingAfter();
});

/** A page a second after it began to wait, for 7 s and every 5 s, for a job that ends after 4 s. */
async function waitsInPage(t) {
  const w = inPage(t, {
    server: serverOf(
      life("job_1", [
        [0, "processing"],
        [4_000, "completed"],
      ]),
    ),
  });
  const ends = [];
  w.client
    .waitForJob("job_1", { intervalMs: 5_000, maxWaitMs: 7_000, signal: w.signal })
    .then(({ status }) => ends.push(status));
  await w.advance(1_000);
  return { w, ends };
}

test("a page that was frozen past a poll and the deadline polls once before it gives up, and finds the end", async (t) => {
  const { w, ends } = await waitsInPage(t);
  w.clock.jump(20_000);
  await w.advance(0);
  await w.dispatch("pageshow");
  await w.advance(10);
  assert.deepEqual([ends, w.log()], [["completed"], ["0 job_1", "21000 job_1"]]);
  await w.nothingAfter();
});

test("a page that wakes just after the deadline polls once before it gives up, if the poll was missed long before", async (t) => {
  const { w, ends } = await waitsInPage(t);
  w.clock.jump(6_010);
  await w.advance(10);
  assert.deepEqual([ends, w.log()], [["completed"], ["0 job_1", "7010 job_1"]]);
  await w.nothingAfter();
});

test("a page that is frozen with a poll in flight takes the response that came meanwhile, though the deadline is over", async (t) => {
  const w = inPage(t, {
    server: serverOf(
      life("job_1", [
        [0, "processing"],
        [4_000, "completed"],
      ]),
    ),
    latency: 1_000,
  });
  const ends = [];
  w.client
    .waitForJob("job_1", { intervalMs: 5_000, maxWaitMs: 8_000, signal: w.signal })
    .then(({ status }) => ends.push(status));
  await w.advance(6_500);
  w.clock.jump(20_000);
  await w.advance(10);
  assert.deepEqual([ends, w.log()], [["completed"], ["0 job_1", "6000 job_1"]]);
  await w.nothingAfter();
});

test("a page that is frozen with a poll in flight that gets no response gives up soon after it wakes", async (t) => {
  const w = inPage(t, { server: ({ at }) => (at < 1_000 ? processing({ kind: "job", id: "job_1", at }) : silence) });
  const ends = [];
  w.client
    .waitForJob("job_1", { intervalMs: 5_000, maxWaitMs: 8_000, signal: w.signal })
    .catch(({ code }) => ends.push(code, w.now()));
  await w.advance(6_500);
  w.clock.jump(20_000);
  await w.advance(1_000);
  assert.deepEqual(
    [ends, w.log()],
    [
      ["wait_timeout", 27_000],
      ["0 job_1", "5000 job_1"],
    ],
  );
  await w.nothingAfter();
});

test("a worker, which is notified of no change, finds out by itself that there is a network again; failures meanwhile do not count", async (t) => {
  let down = false;
  const w = inPage(t, {
    server: (request) => {
      if (down) throw new TypeError("Failed to fetch");
      return processing(request);
    },
  });
  const failures = [];
  w.client
    .waitForJob("job_1", { intervalMs: 10_000, maxPollErrors: 0, maxRetries: 0, signal: w.signal })
    .catch((error) => failures.push(error.name));
  await w.advance(1_000);
  w.navigator.onLine = false;
  down = true;
  await w.advance(100_000);
  const tries = w.requests.length;
  assert.ok(tries >= 3 && tries <= 5, `${tries} requests in 101 s: not never, and not every 10 s`);
  assert.deepEqual(failures, []);
  w.navigator.onLine = true;
  down = false;
  await w.advance(40_000);
  assert.ok(w.requests.length >= tries + 2, "the pace is the usual one again");
  w.abort.abort();
  await w.nothingAfter();
});

test("a loopback host needs no network: polls come as usual although the browser says that there is none", async (t) => {
  const w = inPage(t, { server: processing, onLine: false, baseUrl: "http://127.0.0.1:8080" });
  w.client.waitForJob("job_1", { intervalMs: 10_000, signal: w.signal }).catch(() => {});
  await w.advance(25_000);
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1", "20000 job_1"]);
  w.abort.abort();
  await w.nothingAfter();
});
