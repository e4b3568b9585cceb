// Resume Job, Cancel Job and their like: POSTs without a body, sent again only where they cannot have been carried out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { broken, network, partial, respond, silence } from "../support/network.js";
import { PlangrepClient } from "../support/package.js";
import { jobBody, KEY } from "../support/samples.js";
import { operations } from "../support/tables.js";
import { world } from "../support/world.js";

const actions = operations.filter(({ repeatable }) => !repeatable);

test("resuming and cancelling are such actions", () => {
  const names = actions.map(({ name }) => name);
  assert.ok(
    ["resumeJob", "cancelJob"].every((name) => names.includes(name)),
    String(names),
  );
});

for (const { name: method, path } of actions) {
  test(`${method} posts without a body and gives the job`, async (t) => {
    const { client, requests, events, run, nothingAfter } = world(t, { steps: [respond(200, jobBody())] });
    const { value } = await run(client[method]("job_1"));
    assert.equal(value.id, "job_1");
    const [{ url, init }] = requests;
    assert.equal(url, `https://plangrep.com${path.replace("{id}", "job_1")}`);
    assert.equal(init.method, "POST");
    assert.equal("body" in init, false);
    assert.equal(init.headers.Authorization, `Bearer ${KEY}`);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["request", "response"],
    );
    await nothingAfter();
  });

  test(`the job that ${method} gives is checked as any other`, async (t) => {
    for (const body of [jobBody({ id: "job_2" }), jobBody({ status: 7 }), { jobs: [] }, "<html>", ""]) {
      await t.test(async (t) => {
        const { client, requests, run } = world(t, { steps: [respond(200, body)] });
        assert.equal((await run(client[method]("job_1"))).error.code, "invalid_response");
        assert.equal(requests.length, 1);
      });
    }
  });

  const again = {
    "a 429 with Retry-After": [respond(429, "", { "retry-after": "2" }), 2_000],
    "a 503 with Retry-After": [respond(503, "", { "retry-after": "3" }), 3_000],
    "a connection that was refused": [broken("ECONNREFUSED"), 500],
  };
  for (const [what, [step, delay]] of Object.entries(again)) {
    test(`after ${what} ${method} is sent again`, async (t) => {
      const { client, times, run, nothingAfter } = world(t, { steps: [step, respond(200, jobBody())], random: 0 });
      const { state } = await run(client[method]("job_1"));
      assert.equal(state, "resolved");
      assert.equal(times().length, 2);
      assert.ok(times()[1] >= delay * 0.75, `${times()}`);
      await nothingAfter();
    });
  }

  const once = {
    "a 429 without Retry-After": [respond(429), "rate_limited"],
    "a 503 without Retry-After": [respond(503), "server_error"],
    "a 500 with Retry-After": [respond(500, "", { "retry-after": "1" }), "server_error"],
    "a 409": [respond(409, { message: "already completed" }), "http_error"],
    "a connection that was reset": [broken("ECONNRESET"), "connection_failed"],
    "a timeout": [silence(), "timeout"],
    "a body that breaks": [partial(200, '{"job":', { end: "breaks" }), "connection_failed"],
  };
  for (const [what, [step, code]] of Object.entries(once)) {
    test(`after ${what} ${method} is not sent again`, async (t) => {
      const options = { timeoutMs: 1_000, maxRetries: 5 };
      const { client, requests, events, run, nothingAfter } = world(t, { steps: [step], options });
      const { error } = await run(client[method]("job_1"));
      assert.equal(error.code, code);
      // Nothing was done where the server says so.
      assert.equal(
        /may have been carried out/.test(error.message),
        !["a 409", "a 429 without Retry-After"].includes(what),
      );
      assert.equal(requests.length, 1);
      assert.equal(events.filter(({ type }) => type === "retry").length, 0);
      await nothingAfter();
    });
  }

  test(`${method} refuses what getJob refuses, and ends by an abort and with its client`, async (t) => {
    const { client, requests, clock, abort, signal } = world(t, { steps: [silence()] });
    for (const id of ["", "a/b", undefined, 7]) {
      await assert.rejects(client[method](id), { code: "invalid_argument", argument: "jobId" });
    }
    await assert.rejects(client[method]("job_1", { onPoll() {} }), { argument: "onPoll" });
    const aborted = assert.rejects(client[method]("job_1", { signal }), (error) => error === "mine");
    const closed = assert.rejects(client[method]("job_1"), { code: "client_closed" });
    await clock.tickAsync(10);
    abort.abort("mine");
    client.close();
    await Promise.all([aborted, closed]);
    assert.equal(requests.length, 2);
    assert.ok(requests.every((request) => request.aborted));
  });
}

test("what a framework throws through fetch or the key function passes through untouched and unretried", async (t) => {
  const steering = {
    "an error with a digest": Object.assign(new Error("Dynamic server usage"), { digest: "DYNAMIC_SERVER_USAGE" }),
    "a thenable": { then() {} },
    "a promise": new Promise(() => {}),
    // React Router, Remix, SolidStart.
    "a Response": new Response(null, { status: 302, headers: { location: "/login" } }),
    // SvelteKit's redirect() and error().
    "an object with a status": { status: 303, location: "/login" },
    // TanStack's.
    "a notFound": { isNotFound: true, data: 1 },
  };
  for (const [what, thrown] of Object.entries(steering)) {
    for (const where of ["fetch", "the key function", "fetch, asynchronously"]) {
      await t.test(`${what} through ${where}`, async (t) => {
        let requested = 0;
        const fail = () => {
          requested++;
          throw thrown;
        };
        const options =
          where === "the key function" ? { apiKey: fail } : { fetch: where === "fetch" ? fail : async () => fail() };
        const { client, run, events, nothingAfter } = world(t, { steps: [respond(200)], options });
        let given = null;
        await run(
          client.getJob("job_1").then(
            () => {},
            (error) => {
              given = { error };
            },
          ),
        );
        assert.equal(given.error, thrown);
        assert.equal(requested, 1);
        assert.deepEqual(
          events.filter(({ type }) => type === "retry" || type === "error"),
          [],
        );
        await run(
          client.waitForJob("job_1").then(
            () => {},
            (error) => {
              given = { again: error };
            },
          ),
        );
        assert.equal(given.again, thrown);
        assert.equal(requested, 2);
        await nothingAfter();
      });
    }
  }
});

test("an error with a status, and an object without one, are failures as any", async (t) => {
  for (const thrown of [Object.assign(new Error("x"), { status: 503 }), { status: "bad" }, { reason: "x" }, "x", 503]) {
    await t.test(async (t) => {
      const fetch = () => {
        throw thrown;
      };
      const { client, run } = world(t, { steps: [respond(200)], options: { fetch, maxRetries: 0 } });
      assert.equal((await run(client.getJob("job_1"))).error.code, "connection_failed");
    });
  }
});

test("an inherited digest, or one that is no text, is nobody's", async (t) => {
  class Digested extends Error {
    get digest() {
      return "mine";
    }
  }
  for (const thrown of [new Digested("x"), Object.assign(new Error("x"), { digest: 7 })]) {
    await t.test(async (t) => {
      const fetch = () => {
        throw thrown;
      };
      const { client, run } = world(t, { steps: [respond(200)], options: { fetch, maxRetries: 0 } });
      assert.equal((await run(client.getJob("job_1"))).error.code, "connection_failed");
    });
  }
});

test("an abort without a reason rejects with an AbortError", async (t) => {
  const signal = {
    aborted: false,
    addEventListener: (_, tell) => setTimeout(() => tell({}), 50),
    removeEventListener() {},
  };
  const { client, run, nothingAfter } = world(t, { steps: [silence()] });
  for (const call of [() => client.getJob("job_1", { signal }), () => client.waitForJob("job_1", { signal })]) {
    const { error } = await run(call());
    assert.equal(error.name, "AbortError");
    assert.ok(error instanceof Error);
  }
  await nothingAfter();
  const { fetch } = network(silence());
  const aborted = { ...signal, aborted: true };
  await assert.rejects(new PlangrepClient({ apiKey: KEY, fetch }).getJob("job_1", { signal: aborted }), {
    name: "AbortError",
  });
});
