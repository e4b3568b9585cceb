// Stores in the hands of those who use them oddly.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlangrepClient } from "../support/package.js";
import { KEY } from "../support/samples.js";
import { inPage, life, listener, serverOf, status } from "./support/observing.js";

const options = { intervalMs: 10_000 };
const processing = serverOf(life("job_1", [[0, "processing"]]));
const every = ["0 job_1", "10000 job_1", "20000 job_1", "30000 job_1"];

test("a listener that ends itself and listens anew, each time it is notified, has one request a poll", async (t) => {
  const w = inPage(t, { server: processing });
  const store = w.client.observeJob("job_1", options);
  let notified = 0;
  let end = store.listen(again);
  function again() {
    notified += 1;
    end();
    end = store.listen(again);
  }
  await w.advance(35_000);
  assert.deepEqual([w.log(), notified], [every, 4]);
  end();
  await w.nothingAfter();
});

test("a listener may listen to another store of the job, which polls at once, and end the first", async (t) => {
  const w = inPage(t, { server: processing });
  const [one, other] = [w.client.observeJob("job_1", options), w.client.observeJob("job_1", options)];
  const ends = [];
  const first = one.listen(() => {
    if (ends.length > 0) return;
    ends.push(other.listen(() => {}));
    first();
  });
  await w.advance(35_000);
  assert.deepEqual(w.log(), ["0 job_1", ...every]);
  assert.deepEqual([one.get().status, other.get().status], ["idle", "live"]);
  for (const end of ends) end();
  await w.nothingAfter();
});

test("a listener that ends all while it is notified of the end leaves it ended", async (t) => {
  const w = inPage(t, { server: serverOf(life("job_1", [[0, "completed"]])) });
  const store = w.client.observeJob("job_1", options);
  const seen = [];
  const ends = [1, 2].map(() =>
    store.subscribe(({ status }) => {
      seen.push(status);
      if (status === "ended") for (const end of ends) end();
    }),
  );
  await w.advance(60_000);
  assert.deepEqual([seen, store.get().status, w.requests.length], [["loading", "loading", "ended"], "ended", 1]);
  await w.nothingAfter();
});

test("who listens because it failed, while it is notified, has it tried again once, and all are notified of the newest", async (t) => {
  const w = inPage(t, { server: (request) => (request.number === 1 ? status(404) : processing(request)) });
  const store = w.client.observeJob("job_1", options);
  const late = [];
  const first = store.listen((state) => {
    if (state.status === "failed") late.push(listener(store));
  });
  const second = listener(store);
  await w.advance(5_000);
  assert.deepEqual([w.requests.length, late.length, store.get().status], [2, 1, "live"]);
  assert.equal(second.seen.at(-1), store.get());
  assert.equal(late[0].seen.at(-1), store.get());
  for (const end of [first, second.end, late[0].end]) end();
  await w.nothingAfter();
});

test("refresh and listeners while it is failed are one new try", async (t) => {
  const w = inPage(t, { server: (request) => (request.number === 1 ? status(403) : processing(request)) });
  const store = w.client.observeJob("job_1", options);
  const { end } = listener(store);
  await w.advance(6_000);
  for (let times = 0; times < 5; times += 1) store.refresh();
  const more = [listener(store, "subscribe"), listener(store, "subscribe")];
  await w.advance(4_999);
  assert.deepEqual([w.log(), store.get().status, store.get().error], [["0 job_1", "6000 job_1"], "live", null]);
  for (const each of [end, ...more.map(({ end }) => end)]) each();
  await w.nothingAfter();
});

test("what an async listener is rejected with is reported once, as what one throws, and the store goes on", async (t) => {
  const reported = t.mock.method(console, "error", () => {});
  const w = inPage(t, { server: processing });
  const store = w.client.observeJob("job_1", options);
  const error = new Error("from the listener");
  const ends = [store.subscribe(() => Promise.reject(error)), store.listen(() => Promise.reject(error))];
  const { seen, end } = listener(store);
  await w.advance(25_000);
  assert.deepEqual(
    reported.mock.calls.map((call) => call.arguments.at(-1)),
    [error],
  );
  assert.equal(seen.length, 3);
  for (const each of [...ends, end]) each();
  await w.nothingAfter(seen);
});

test("stores of two clients share nothing, and the end of one client is not the other's", async (t) => {
  const w = inPage(t, { server: processing });
  const requested = [];
  const other = new PlangrepClient({
    apiKey: () => KEY,
    dangerouslyAllowBrowser: true,
    fetch: async (url) => {
      requested.push(url);
      return new Response(JSON.stringify(processing({ kind: "job", id: "job_1", at: w.now() })));
    },
  });
  const stores = [w.client.observeJob("job_1", options), other.observeJob("job_1", options)];
  const all = stores.map((store) => listener(store));
  await w.advance(5_000);
  w.client.close();
  await w.advance(30_000);
  assert.deepEqual(
    stores.map((store) => store.get().status),
    ["failed", "live"],
  );
  assert.deepEqual([w.requests.length, requested.length], [1, 4]);
  for (const { end } of all) end();
  await w.nothingAfter(requested);
});

test("a client that is closed in a listener fails its stores once, whoever listens", async (t) => {
  const w = inPage(t, { server: processing });
  const store = w.client.observeJob("job_1", options);
  const closing = store.listen(({ status }) => status === "live" && w.client.close());
  const { seen, end } = listener(store);
  await w.advance(60_000);
  assert.deepEqual(
    seen.map(({ status, error }) => [status, error?.code]),
    [
      ["live", undefined],
      ["failed", "client_closed"],
    ],
  );
  closing();
  end();
  await w.nothingAfter(seen);
});

test("a clock that is set back or forward while it polls makes no poll come sooner than the floor, or never", async (t) => {
  const w = inPage(t, { server: processing });
  const store = w.client.observeJob("job_1", options);
  const { end } = listener(store);
  await w.advance(1_000);
  const { mock } = t.mock.method(Date, "now", () => w.clock.now - 3_600_000);
  const begun = w.clock.now;
  const times = [];
  for (let second = 0; second < 40; second += 1) {
    const before = w.requests.length;
    await w.advance(1_000);
    if (w.requests.length > before) times.push(w.clock.now - begun);
    if (second === 20) mock.mockImplementation(() => w.clock.now + 7_200_000);
  }
  assert.deepEqual(
    times.map((ms) => Math.round(ms / 1_000)),
    [9, 19, 29, 39],
  );
  mock.restore();
  end();
  await w.nothingAfter();
});

test("an empty project is a state too, and a first job shows with the next poll", async (t) => {
  const all = [{ jobs: [] }, { jobs: [] }];
  const full = serverOf(life("a", [[0, "processing"]]));
  const w = inPage(t, { server: (request) => all[request.number - 1] ?? full(request) });
  const store = w.client.observeProject("proj_1", options);
  const { seen, end } = listener(store);
  await w.advance(35_000);
  assert.deepEqual(
    seen.map(({ status, jobs, current }) => [status, jobs.length, current?.id]),
    [
      ["live", 0, undefined],
      ["live", 0, undefined],
      ["live", 1, "a"],
      ["live", 1, "a"],
    ],
  );
  assert.equal(seen[1].jobs, seen[0].jobs);
  end();
  await w.nothingAfter();
});
