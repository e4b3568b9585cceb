// Whose wait it is: callbacks run in the async context of their own call, however many share a poll; the poll itself runs
// in the one in which the client was made.

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { job } from "../support/samples.js";
import { life, serverOf, status, waiting } from "./support/waiting.js";

const als = new AsyncLocalStorage();
const short = (id) =>
  life(id, [
    [0, "processing"],
    [15_000, "completed"],
  ]);

/** A world whose client was made in the context "maker", and what was seen where: `[what, owner, store]`. */
function noting(t, server, options = {}) {
  const seen = [];
  const note = (what, owner) => seen.push([what, owner, als.getStore()]);
  const w = als.run("maker", () =>
    waiting(t, {
      server: (request) => {
        note("fetch", "maker");
        return server(request);
      },
      options: {
        apiKey: () => {
          note("key", "maker");
          return "key";
        },
        onEvent: ({ type }) => note(type, "maker"),
        ...options,
      },
    }),
  );
  const callbacks = (owner) => ({
    onUpdate: () => note("onUpdate", owner),
    onPoll: () => note("onPoll", owner),
    onPollError: () => note("onPollError", owner),
  });
  return { ...w, seen, note, callbacks };
}

function assertOwn(seen, counts) {
  for (const [what, owner, store] of seen) assert.equal(store, owner, `${what} of ${owner} ran in that of ${store}`);
  const counted = {};
  for (const [what, owner] of seen) counted[`${owner} ${what}`] = (counted[`${owner} ${what}`] ?? 0) + 1;
  assert.deepEqual(counted, counts);
}

test("two waits that share each poll are called back in their own contexts, and the polls run in the client's", async (t) => {
  const w = noting(t, serverOf(short("job_1")));
  const waits = ["A", "B"].map((owner) =>
    als.run(owner, async () => {
      const { status } = await w.client.waitForJob("job_1", { intervalMs: 10_000, ...w.callbacks(owner) });
      w.note("end", owner);
      return status;
    }),
  );
  const { value } = await als.run("D", () => w.run(Promise.all(waits)));
  assert.deepEqual(value, ["completed", "completed"]);
  assertOwn(w.seen, {
    "maker key": 3,
    "maker request": 3,
    "maker fetch": 3,
    "maker response": 3,
    "A onUpdate": 2,
    "A onPoll": 3,
    "A end": 1,
    "B onUpdate": 2,
    "B onPoll": 3,
    "B end": 1,
  });
});

test("so are waits on several jobs that share lists, a group of them, and those who survive a failed poll", async (t) => {
  const jobs = serverOf(short("job_1"), short("job_2"), short("job_3"), short("job_4"));
  const w = noting(t, (request) => (request.at === 10_000 ? status(503) : jobs(request)));
  const waits = [
    als.run("A", () => w.client.waitForJob("job_1", { intervalMs: 10_000, ...w.callbacks("A") })),
    als.run("B", () => w.client.waitForJob("job_2", { intervalMs: 10_000, ...w.callbacks("B") })),
    als.run("C", () => w.client.waitForJobs(["job_3", "job_4"], { intervalMs: 10_000, ...w.callbacks("C") })),
  ];
  await als.run("D", () => w.run(Promise.all(waits)));
  const own = w.seen.filter(([, owner]) => owner !== "maker");
  assert.ok(w.seen.every(([, owner, store]) => owner === store));
  assertOwn(own, {
    "A onUpdate": 2,
    "A onPoll": 2,
    "A onPollError": 1,
    "B onUpdate": 2,
    "B onPoll": 2,
    "B onPollError": 1,
    "C onUpdate": 4,
    "C onPoll": 4,
    "C onPollError": 2,
  });
});

test("values and ends of watches arrive in the context of who calls next", async (t) => {
  const w = noting(t, serverOf(short("job_1"), short("job_2")));
  const watches = ["A", "B"].map((owner) =>
    als.run(owner, async () => {
      const watch =
        owner === "A" ? w.client.watchJob("job_1") : w.client.watchProject("proj_1", { stopWhenIdle: true });
      for await (const _ of watch) w.note("value", owner);
      w.note("end", owner);
    }),
  );
  await als.run("D", () => w.run(Promise.all(watches)));
  assert.ok(w.seen.every(([, owner, store]) => owner === store));
  assert.ok(w.seen.filter(([what]) => what === "end").length === 2);
});

test("a wait that times out, one that is aborted and one whose client is closed end in their contexts", async (t) => {
  const w = noting(t, serverOf(life("job_1", [[0, "processing"]])));
  const end = (owner, options) =>
    als.run(owner, () =>
      w.client
        .waitForJob("job_1", { intervalMs: 10_000, ...options, ...w.callbacks(owner) })
        .catch((error) => w.note(error.code ?? error, owner)),
    );
  const ends = [end("A", { maxWaitMs: 12_000 }), end("B", { signal: w.signal }), end("C", {})];
  await als.run("D", () => w.advance(13_000));
  als.run("D", () => w.abort.abort("mine"));
  als.run("D", () => w.client.close());
  await Promise.all(ends);
  assert.ok(w.seen.every(([, owner, store]) => owner === store));
  assert.deepEqual(
    w.seen.map(([what, owner]) => `${owner} ${what}`).filter((line) => /wait_timeout|mine|client_closed/.test(line)),
    ["A wait_timeout", "B mine", "C client_closed"],
  );
  await w.nothingAfter();
});

test("a retry's sleep within a poll, and a poll that its own timer starts, stay in the client's context", async (t) => {
  let requests = 0;
  const jobs = serverOf(short("job_1"));
  const w = noting(t, (request) => (requests++ % 2 === 0 ? status(503) : jobs(request)), { maxRetries: 2 });
  const wait = als.run("A", () => w.client.waitForJob("job_1", { intervalMs: 10_000 }));
  await als.run("D", () => w.run(wait));
  assertOwn(w.seen, { "maker key": 6, "maker request": 6, "maker fetch": 6, "maker response": 6, "maker retry": 3 });
});

test("onPollError is notified of each failed poll that is survived, before the wait goes on, and of no other", async (t) => {
  const notified = [];
  const responses = [status(503), "<html>", { job: job({ status: "processing" }) }, status(500), status(404)];
  const w = waiting(t, {
    server: ({ number }) => {
      const response = responses[number - 1];
      return typeof response === "string" ? new Response(response) : response;
    },
  });
  const { error } = await w.run(
    w.client.waitForJob("job_1", {
      intervalMs: 10_000,
      onPoll: ({ poll }) => notified.push(poll),
      onPollError: (...received) => {
        notified.push(...received.map(({ code }) => code));
        if (notified.length > 3) throw new Error("from the callback");
      },
    }),
  );
  assert.equal(error.code, "not_found");
  assert.deepEqual(notified, ["server_error", "invalid_response", 3, "server_error"]);
  await w.nothingAfter(notified);
});
