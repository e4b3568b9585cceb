// Whose listener it is: each is told in the async context in which it began to listen, whoever made the store poll.

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { inPage, life, serverOf, status } from "./support/observing.js";

const als = new AsyncLocalStorage();
const options = { intervalMs: 10_000 };
const jobs = serverOf(
  life("job_1", [
    [0, "processing"],
    [25_000, "completed"],
  ]),
);

/** A world whose client and store were made in the context "maker"; `heard` has `[owner, context, status]`. */
function hearing(t, server, observe = (client) => client.observeJob("job_1", options)) {
  const w = als.run("maker", () => inPage(t, { server }));
  const store = als.run("maker", () => observe(w.client));
  const heard = [];
  const hear = (owner, how = "listen") =>
    als.run(owner, () => store[how](({ status, error }) => heard.push([owner, als.getStore(), error?.code ?? status])));
  return {
    ...w,
    store,
    heard,
    hear,
    of: (name) => heard.filter(([owner]) => owner === name).map(([, , what]) => what),
  };
}

function assertOwn(heard) {
  for (const [owner, context, what] of heard)
    assert.equal(context, owner, `${what} of ${owner} was told in ${context}`);
}

test("each of several listeners is told in its own context: of polls, of failures that pass, and of the end", async (t) => {
  const w = hearing(t, (request) => (request.number === 2 ? status(503) : jobs(request)));
  const ends = [w.hear("A", "subscribe"), w.hear("B", "subscribe"), w.hear("C")];
  await als.run("D", () => w.advance(15_000));
  ends.push(w.hear("late", "subscribe"));
  await als.run("D", () => w.advance(60_000));
  assertOwn(w.heard);
  const polls = ["live", "server_error", "live", "ended"];
  assert.deepEqual(
    [w.of("A"), w.of("B"), w.of("C"), w.of("late")],
    [["loading", ...polls], ["loading", ...polls], polls, polls.slice(1)],
  );
  assert.deepEqual(w.log(), ["0 job_1", "10000 job_1", "20000 job_1", "30000 job_1"]);
  for (const end of ends) als.run("D", end);
  await w.nothingAfter(w.heard);
});

test("so they are where one of them has a failed store tried again, and where their client is closed", async (t) => {
  const w = hearing(t, (request) => (request.number === 1 ? status(404) : jobs(request)));
  const ends = [w.hear("A"), w.hear("B")];
  await als.run("D", () => w.advance(5_000));
  als.run("D", () => w.store.refresh());
  await als.run("D", () => w.advance(1_000));
  als.run("D", () => w.client.close());
  await als.run("D", () => w.advance(1_000));
  assertOwn(w.heard);
  for (const owner of ["A", "B"]) assert.deepEqual(w.of(owner), ["not_found", "loading", "live", "client_closed"]);
  for (const end of ends) end();
  await w.nothingAfter(w.heard);
});

test("so they are of a project's store, and one that goes while the others stay is told of nothing more", async (t) => {
  const w = hearing(t, jobs, (client) => client.observeProject("proj_1", options));
  const ends = [w.hear("A"), w.hear("B")];
  await als.run("D", () => w.advance(5_000));
  ends[0]();
  await als.run("D", () => w.advance(10_000));
  assertOwn(w.heard);
  assert.deepEqual([w.of("A"), w.of("B")], [["live"], ["live", "live"]]);
  ends[1]();
  await w.nothingAfter(w.heard);
});

test("a listener that ends another, or that ends itself, while both are told, has it told of nothing more", async (t) => {
  const w = hearing(t, jobs);
  const ends = {};
  const heard = [];
  for (const owner of ["A", "B", "C"]) {
    ends[owner] = als.run(owner, () =>
      w.store.listen(() => {
        heard.push([owner, als.getStore()]);
        if (owner === "A") {
          ends.A();
          ends.B();
        }
      }),
    );
  }
  await als.run("D", () => w.advance(15_000));
  assert.deepEqual(heard, [
    ["A", "A"],
    ["C", "C"],
    ["C", "C"],
  ]);
  ends.C();
  await w.nothingAfter(heard);
});
