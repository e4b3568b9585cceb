// observeJob: the newest state of one job, polled while somebody listens.

import assert from "node:assert/strict";
import { test } from "node:test";
import { JobBlockedError, PlangrepError } from "../support/package.js";
import { inPage, life, listener, serverOf, silence, status } from "./support/observing.js";

const START = Date.parse("2026-01-01T00:00:00Z");
const steps = serverOf(
  life("job_1", [
    [0, "processing", { pageCount: 10, successfulPageCount: 0 }],
    [20_000, "processing", { pageCount: 10, successfulPageCount: 5 }],
    [40_000, "completed", { pageCount: 10, successfulPageCount: 10 }],
  ]),
);
const processing = serverOf(life("job_1", [[0, "processing"]]));
const options = { intervalMs: 10_000 };
const IDLE = {
  status: "idle",
  job: null,
  progress: null,
  etaMs: null,
  nextPollAt: null,
  error: null,
  updatedAt: null,
};

test("a store follows its job to the end: every poll is a state, the last one ended", async (t) => {
  const w = inPage(t, { server: steps, latency: 100 });
  const store = w.client.observeJob("job_1", options);
  assert.deepEqual(store.get(), IDLE);
  const { seen, end } = listener(store, "subscribe");
  await w.advance(60_000);
  const brief = ({ status, job, progress, nextPollAt, updatedAt }) => [
    status,
    job?.status,
    progress,
    nextPollAt && nextPollAt - START,
    updatedAt && updatedAt - START,
  ];
  assert.deepEqual(seen.map(brief), [
    ["loading", undefined, null, null, null],
    ["live", "processing", 0, 10_100, 100],
    ["live", "processing", 0, 20_200, 10_200],
    ["live", "processing", 0.5, 30_300, 20_300],
    ["live", "processing", 0.5, 40_400, 30_400],
    ["ended", "completed", 1, null, 40_500],
  ]);
  assert.ok(seen.every(({ error }) => error === null));
  assert.ok(seen[3].etaMs > 0, "after two observations of its pages there is an estimate");
  assert.equal(store.get(), seen.at(-1));
  assert.deepEqual(w.log(), ["0 job_1", "10100 job_1", "20200 job_1", "30300 job_1", "40400 job_1"]);
  end();
  assert.equal(store.get().status, "ended");
  await w.nothingAfter(seen);
});

test("the state is one object until something changes, and the job in it until that does", async (t) => {
  const w = inPage(t, { server: processing });
  const store = w.client.observeJob("job_1", options);
  assert.equal(store.get(), store.get());
  const { seen, end } = listener(store);
  await w.advance(5_000);
  const first = store.get();
  await w.advance(4_000);
  assert.equal(store.get(), first);
  await w.advance(5_000);
  assert.notEqual(store.get(), first);
  assert.equal(store.get().job, first.job, "a poll that found the same job gives the same object");
  assert.equal(seen.length, 2, "one a poll");
  end();
  await w.nothingAfter();
});

test("subscribe notifies at once, listen does not", async (t) => {
  const w = inPage(t, { server: () => silence });
  const store = w.client.observeJob("job_1");
  const [notified, listening] = [listener(store, "subscribe"), listener(store)];
  assert.deepEqual([notified.seen, listening.seen], [[store.get()], []]);
  notified.end();
  listening.end();
  await w.nothingAfter();
});

test("its methods work detached", async (t) => {
  const w = inPage(t, { server: processing });
  const { get, subscribe, listen, refresh } = w.client.observeJob("job_1", options);
  const ends = [subscribe(() => {}), listen(() => {})];
  await w.advance(1_000);
  refresh();
  assert.equal(get().job.id, "job_1");
  for (const end of ends) end();
  await w.nothingAfter();
});

test("several listeners of one store, and two stores of one job, cost one request a poll", async (t) => {
  const w = inPage(t, { server: processing });
  const [one, other] = [w.client.observeJob("job_1", options), w.client.observeJob("job_1", options)];
  const all = [one, one, one, other, other].map((store) => listener(store));
  await w.advance(25_000);
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1", "20000 job_1"]);
  // Those of each store were notified of its loading by its first listener's start, which is before they were there.
  assert.deepEqual(
    all.map(({ seen }) => seen.filter(({ status }) => status === "live").length),
    [3, 3, 3, 3, 3],
  );
  for (const { end } of all) end();
  await w.nothingAfter();
});

test("nobody listens: it stops, its request is aborted, and what is known stays", async (t) => {
  const w = inPage(t, { server: processing, latency: 1_000 });
  const store = w.client.observeJob("job_1", options);
  const { seen, end } = listener(store);
  await w.advance(11_500);
  assert.equal(w.open(), 1);
  end();
  await w.flush();
  assert.deepEqual([w.open(), w.requests.map(({ state }) => state)], [0, ["responded", "aborted"]]);
  const { status, job, nextPollAt } = store.get();
  assert.deepEqual([status, job.id, nextPollAt], ["idle", "job_1", null]);
  await w.nothingAfter(seen);
});

test("it stops only when the last listener leaves, however often one of them says so", async (t) => {
  const w = inPage(t, { server: processing });
  const store = w.client.observeJob("job_1", options);
  const same = () => {};
  const [first, second] = [store.listen(same), store.listen(same)];
  await w.advance(1_000);
  first();
  first();
  await w.advance(20_000);
  assert.equal(w.requests.length, 3);
  second();
  await w.nothingAfter();
});

test("an end that a listener follows in the same turn changes nothing", async (t) => {
  const w = inPage(t, { server: () => silence });
  const store = w.client.observeJob("job_1", options);
  store.listen(() => {})();
  const { end } = listener(store);
  await w.advance(1_000);
  end();
  const again = listener(store);
  await w.advance(1_000);
  assert.deepEqual([w.log(), w.open(), store.get().status], [["0 job_1"], 1, "loading"]);
  again.end();
  await w.nothingAfter();
});

test("a listener and its end in one turn leave nothing under way", async (t) => {
  const w = inPage(t, { server: processing, latency: 100 });
  w.client.observeJob("job_1").listen(() => {})();
  await w.flush();
  assert.ok(w.requests.every(({ state }) => state === "aborted"));
  await w.nothingAfter();
});

test("who listens again goes on where it was: the poll comes when it was due, and what is known is shown", async (t) => {
  const w = inPage(t, { server: processing });
  const store = w.client.observeJob("job_1", options);
  listener(store).end();
  const first = listener(store);
  await w.advance(2_000);
  first.end();
  await w.advance(2_000);
  const second = listener(store, "subscribe");
  assert.deepEqual([second.seen[0].status, second.seen[0].job.id], ["live", "job_1"]);
  await w.advance(5_999);
  assert.deepEqual(w.log(), ["0 job_1"]);
  await w.advance(1);
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1"]);
  second.end();
  await w.advance(60_000);
  const late = listener(store);
  await w.advance(0);
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1", "70000 job_1"]);
  late.end();
  await w.nothingAfter();
});

test("its time goes on while nobody listens, and what it knows of the job's speed stays known", async (t) => {
  const w = inPage(t, { server: steps });
  const store = w.client.observeJob("job_1", { ...options, maxWaitMs: 35_500 });
  const first = listener(store);
  await w.advance(21_000);
  first.end();
  const { etaMs } = store.get();
  assert.ok(etaMs > 0);
  await w.advance(8_000);
  const second = listener(store);
  await w.advance(1_000);
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1", "20000 job_1", "30000 job_1"]);
  assert.ok(store.get().etaMs > 0);
  await w.advance(10_000);
  assert.deepEqual([store.get().status, store.get().error.code], ["failed", "wait_timeout"]);
  assert.equal(store.get().error.elapsedMs, 35_500);
  second.end();
  await w.flush();
  const third = listener(store);
  await w.advance(1_000);
  assert.equal(store.get().status, "ended", "tried anew, it has time again");
  third.end();
  await w.nothingAfter();
});

test("however often listeners come and go, it polls no more often", async (t) => {
  const w = inPage(t, { server: processing });
  const store = w.client.observeJob("job_1", options);
  for (let times = 0; times < 50; times += 1) {
    const { end } = listener(store);
    await w.advance(300);
    end();
    await w.advance(100);
  }
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1"]);
  await w.nothingAfter();
});

test("it takes up a wait of elsewhere by its state", async (t) => {
  const w = inPage(t, { server: processing });
  const { state } = await w.client.checkJob("job_1", null, options);
  await w.advance(4_000);
  const store = w.client.observeJob("job_1", { ...options, state });
  const { seen, end } = listener(store);
  await w.advance(6_000);
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1"]);
  assert.equal(seen.at(-1).job.id, "job_1", "the job too, though it has not changed since");
  end();
  await w.nothingAfter();
});

test("a failure that is survived shows beside the job, with the next try, and goes with the next response", async (t) => {
  const w = inPage(t, { server: (request) => (request.number === 2 ? status(503) : processing(request)) });
  const store = w.client.observeJob("job_1", options);
  const { seen, end } = listener(store);
  await w.advance(25_000);
  assert.deepEqual(
    seen.map(({ status, job, error, nextPollAt, updatedAt }) => [
      status,
      job?.status,
      error?.code,
      nextPollAt && nextPollAt - START,
      updatedAt && updatedAt - START,
    ]),
    [
      ["live", "processing", undefined, 10_000, 0],
      ["live", "processing", "server_error", 20_000, 0],
      ["live", "processing", undefined, 30_000, 20_000],
    ],
  );
  assert.ok(PlangrepError.is(seen[1].error));
  end();
  await w.nothingAfter();
});

test("a first poll that fails and is survived shows while it loads", async (t) => {
  const w = inPage(t, { server: (request) => (request.number === 1 ? status(503) : processing(request)) });
  const store = w.client.observeJob("job_1", options);
  const { end } = listener(store);
  await w.advance(5_000);
  assert.deepEqual([store.get().status, store.get().error.code, store.get().job], ["loading", "server_error", null]);
  await w.advance(10_000);
  assert.deepEqual([store.get().status, store.get().error], ["live", null]);
  end();
  await w.nothingAfter();
});

test("an error that ends it stays, sends no more, and is tried again by the next who listens", async (t) => {
  const w = inPage(t, { server: (request) => (request.number === 1 ? status(404) : processing(request)) });
  const store = w.client.observeJob("job_1", options);
  const first = listener(store);
  await w.advance(60_000);
  assert.deepEqual(
    [store.get().status, store.get().error.code, store.get().nextPollAt, w.log()],
    ["failed", "not_found", null, ["0 job_1"]],
  );
  const second = listener(store);
  await w.advance(0);
  assert.deepEqual([store.get().status, store.get().error, w.log()], ["live", null, ["0 job_1", "60000 job_1"]]);
  assert.deepEqual(
    first.seen.map(({ status }) => status),
    ["failed", "loading", "live"],
  );
  first.end();
  second.end();
  await w.nothingAfter();
});

test("a listener that takes another's place in one turn, at every change, leaves a failure as it is", async (t) => {
  const w = inPage(t, { server: (request) => (request.number === 1 ? status(404) : processing(request)) });
  const store = w.client.observeJob("job_1", options);
  const seen = [];
  // So does a component whose `subscribe` is another function each time.
  let end;
  const listen = () =>
    store.listen(({ status }) => {
      seen.push(status);
      end();
      end = listen();
    });
  end = listen();
  await w.advance(60_000);
  assert.deepEqual([store.get().status, store.get().error.code, w.log()], ["failed", "not_found", ["0 job_1"]]);
  store.refresh();
  await w.advance(10_000);
  assert.deepEqual([seen, w.requests.length], [["failed", "loading", "live", "live"], 3]);
  end();
  await w.nothingAfter(seen);
});

test("refresh tries again what failed, while somebody listens", async (t) => {
  const w = inPage(t, { server: (request) => (request.number === 1 ? status(403) : processing(request)) });
  const store = w.client.observeJob("job_1", options);
  const { end } = listener(store);
  await w.advance(1_000);
  assert.equal(store.get().status, "failed");
  await w.advance(9_000);
  store.refresh();
  await w.advance(0);
  assert.deepEqual([store.get().status, w.log()], ["live", ["0 job_1", "10000 job_1"]]);
  end();
  await w.flush();
  store.refresh();
  await w.nothingAfter();
});

test("what failed is tried again no sooner than the floor, by whoever calls refresh at each failure too", async (t) => {
  const w = inPage(t, { server: () => status(404) });
  const store = w.client.observeJob("job_1", options);
  const always = store.listen(() => store.refresh());
  const failed = store.listen((state) => {
    if (state.status === "failed") listener(store).end();
  });
  await w.advance(16_000);
  assert.deepEqual(w.log(), ["0 job_1", "5000 job_1", "10000 job_1", "15000 job_1"]);
  always();
  failed();
  await w.nothingAfter();
});

test("what failed is tried again no sooner than its Retry-After, and once a clock is set back no later than the floor", async (t) => {
  const responses = [status(429, {}, { "retry-after": "20" }), status(404)];
  const w = inPage(t, { server: (request) => responses[request.number - 1] ?? processing(request) });
  const store = w.client.observeJob("job_1", { ...options, maxPollErrors: 0, maxRetries: 0 });
  const { end } = listener(store);
  await w.advance(6_000);
  store.refresh();
  await w.advance(13_999);
  assert.equal(w.requests.length, 1);
  await w.advance(10_000);
  assert.equal(w.requests.length, 2);
  const set = t.mock.method(Date, "now", () => START);
  store.refresh();
  await w.advance(5_000);
  assert.deepEqual([w.requests.length, store.get().status], [3, "live"]);
  set.mock.restore();
  end();
  await w.nothingAfter();
});

test("a listener that refreshes a store whose client is closed does not do so for ever", async (t) => {
  const w = inPage(t, { server: processing });
  const store = w.client.observeJob("job_1", options);
  let notified = 0;
  const end = store.listen(() => {
    notified += 1;
    if (notified < 1_000) store.refresh();
  });
  await w.advance(1_000);
  w.client.close();
  await w.flush();
  assert.deepEqual([store.get().status, store.get().error.code], ["failed", "client_closed"]);
  assert.ok(notified < 5, `${notified} times`);
  end();
  await w.nothingAfter();
});

test("refresh polls soon, no sooner than the floor, and many of them are one", async (t) => {
  const w = inPage(t, { server: processing });
  const store = w.client.observeJob("job_1", { intervalMs: 20_000 });
  const { end } = listener(store);
  await w.advance(1_000);
  for (let times = 0; times < 3; times += 1) store.refresh();
  await w.advance(3_999);
  assert.deepEqual(w.log(), ["0 job_1"]);
  await w.advance(1);
  assert.deepEqual(w.log(), ["0 job_1", "5000 job_1"]);
  await w.advance(7_000);
  store.refresh();
  await w.advance(0);
  assert.deepEqual(w.log(), ["0 job_1", "5000 job_1", "12000 job_1"]);
  await w.advance(19_999);
  assert.equal(w.requests.length, 3);
  end();
  await w.flush();
  store.refresh();
  await w.nothingAfter();
});

test("a wait for too long, and a blocked job where that is an error, end it with what was seen", async (t) => {
  const server = serverOf(life("job_1", [[0, "blocked_insufficient_credits"]]));
  const w = inPage(t, { server });
  const blocked = w.client.observeJob("job_1", { onBlocked: "throw" });
  const late = w.client.observeJob("job_1", { ...options, maxWaitMs: 15_000 });
  const ends = [listener(blocked).end, listener(late).end];
  await w.advance(20_000);
  const [{ error, job }, other] = [blocked.get(), late.get()];
  assert.ok(error instanceof JobBlockedError);
  assert.deepEqual(
    [blocked.get().status, job.status, other.status, other.error.code, other.job.status],
    ["failed", "blocked_insufficient_credits", "failed", "wait_timeout", "blocked_insufficient_credits"],
  );
  for (const end of ends) end();
  await w.nothingAfter();
});

test("an ended job is reported to who comes later, without a request", async (t) => {
  const w = inPage(t, { server: serverOf(life("job_1", [[0, "failed"]])) });
  const store = w.client.observeJob("job_1");
  const first = listener(store);
  await w.advance(0);
  first.end();
  const { seen, end } = listener(store, "subscribe");
  assert.deepEqual([seen[0].status, seen[0].job.status, seen[0].error], ["ended", "failed", null]);
  end();
  assert.equal(w.requests.length, 1);
  await w.nothingAfter();
});

test("refresh requests an ended job once more, for a result link that is fresh, and it stays ended", async (t) => {
  const w = inPage(t, {
    server: ({ at }) =>
      serverOf(life("job_1", [[0, "completed", { resultUrl: `https://r/${at}` }]]))({ kind: "job", id: "job_1", at }),
  });
  const store = w.client.observeJob("job_1");
  const { seen, end } = listener(store);
  await w.advance(60_000);
  store.refresh();
  await w.advance(0);
  for (let times = 0; times < 3; times += 1) store.refresh();
  await w.advance(1_000);
  assert.equal(w.requests.length, 2, "no sooner than the floor, ended or not");
  await w.advance(60_000);
  assert.deepEqual(
    seen.slice(0, 2).map(({ status, job }) => [status, job?.resultUrl]),
    [
      ["ended", "https://r/0"],
      ["ended", "https://r/60000"],
    ],
  );
  end();
  await w.nothingAfter();
});

test("a closed client fails its stores, now and later", async (t) => {
  const w = inPage(t, { server: processing });
  const store = w.client.observeJob("job_1");
  const { end } = listener(store);
  await w.advance(1_000);
  w.client.close();
  await w.flush();
  assert.deepEqual([store.get().status, store.get().error.code], ["failed", "client_closed"]);
  listener(store).end();
  assert.deepEqual([store.get().status, store.get().error.code], ["failed", "client_closed"]);
  store.refresh();
  assert.equal(store.get().error.code, "client_closed");
  end();
  assert.throws(() => w.client.observeJob("job_1"), { code: "client_closed" });
  await w.nothingAfter();
});

test("a listener that throws disturbs nobody, and is reported once", async (t) => {
  const w = inPage(t, { server: processing });
  const { mock } = t.mock.method(console, "error", () => {});
  const store = w.client.observeJob("job_1", options);
  const thrown = new Error("mine");
  const bad = store.subscribe(() => {
    throw thrown;
  });
  const { seen, end } = listener(store);
  await w.advance(25_000);
  assert.equal(seen.length, 3);
  assert.deepEqual(
    mock.calls.map(({ arguments: [, error] }) => error),
    [thrown],
  );
  bad();
  end();
  await w.nothingAfter();
});

test("listeners may come, go and refresh while they are notified", async (t) => {
  const w = inPage(t, { server: processing });
  const store = w.client.observeJob("job_1", options);
  const notified = [];
  const ends = [
    store.listen(() => {
      notified.push("first");
      ends[1]();
      ends.push(store.listen(() => notified.push("late")));
      store.refresh();
    }),
    store.listen(() => notified.push("gone")),
  ];
  await w.advance(4_000);
  assert.deepEqual(notified, ["first"]);
  await w.advance(1_000);
  assert.deepEqual(notified, ["first", "first", "late"]);
  assert.deepEqual(w.log(), ["0 job_1", "5000 job_1"], "as soon as the floor allows, however often refresh is called");
  for (const end of ends) end();
  await w.nothingAfter();
});

for (const [what, observe, argument] of [
  ["an id that is none", (client) => client.observeJob("a/b"), "jobId"],
  ["no id", (client) => client.observeProject(), "projectId"],
  ["an option that is unknown", (client) => client.observeJob("job_1", { interval: 1 }), "interval"],
  ["an option of the wrong type", (client) => client.observeJob("job_1", { maxWaitMs: "1" }), "maxWaitMs"],
  ["an interval below the floor", (client) => client.observeJob("job_1", { intervalMs: 1 }), "intervalMs"],
  ["options that are no plain object", (client) => client.observeJob("job_1", new Map()), "options"],
  ["a signal", (client) => client.observeJob("job_1", { signal: AbortSignal.abort() }), "signal"],
  ["everyPoll", (client) => client.observeProject("proj_1", { everyPoll: true }), "everyPoll"],
]) {
  test(`${what} throws where the store is made`, async (t) => {
    const w = inPage(t, { server: processing });
    assert.throws(() => observe(w.client), { code: "invalid_argument", argument });
    await w.nothingAfter();
  });
}

test("making a store starts nothing: no request, timer, listener or look at a clock", async (t) => {
  const w = inPage(t, { server: processing });
  const clocks = [t.mock.method(performance, "now"), t.mock.method(Date, "now")];
  w.client.observeJob("job_1");
  w.client.observeProject("proj_1", { stopWhenIdle: true });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([...clocks.map(({ mock }) => mock.callCount()), ...w.page.listeners()], [0, 0, 0, 0, 0, 0]);
  assert.deepEqual([w.log(), w.clock.countTimers()], [[], 0]);
});

test("options are those of the moment it was made", async (t) => {
  const w = inPage(t, { server: processing });
  const given = { ...options };
  const store = w.client.observeJob("job_1", given);
  given.intervalMs = -1;
  const { end } = listener(store);
  await w.advance(15_000);
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1"]);
  end();
  await w.nothingAfter();
});
