// What an error tells of the call it ended, and what of it survives JSON, a clone and a message between threads.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { broken, network, respond, silence } from "../support/network.js";
import { rejectionOf, thrownBy } from "../support/outcome.js";
import * as exported from "../support/package.js";
import { job, jobBody, KEY } from "../support/samples.js";
import { world } from "../support/world.js";

const own = { ...exported };
const { PlangrepClient, PlangrepError } = own;

const BASE = "https://api.example/v";
const JOB_URL = `${BASE}/api/open/v1/jobs/job_1`;
const LIST_URL = `${BASE}/api/open/v1/projects/proj_1/jobs`;
const LINK = "https://bucket.example/result?signature=secret";

const clientOf = (step, options) =>
  new PlangrepClient({ apiKey: KEY, baseUrl: BASE, fetch: network(step).fetch, maxRetries: 0, ...options });

/** One error of each class, and of each kind that has no class. */
async function errors() {
  const ended = (step, options) => rejectionOf(clientOf(step, options).getJob("job_1"));
  const waited = (step, options) => rejectionOf(clientOf(step).waitForJob("job_1", options));
  const closing = clientOf(silence());
  const pending = rejectionOf(closing.getJob("job_1"));
  closing.close();
  return {
    InvalidArgumentError: thrownBy(() => new PlangrepClient({ timeoutMs: -1 })),
    ApiError: await ended(respond(404, { code: "c", message: "m", more: 1 }, { "x-request-id": "r" })),
    ConnectionError: await ended(broken()),
    TimeoutError: await ended(silence(), { timeoutMs: 1 }),
    InvalidResponseError: await ended(respond(200, {})),
    WaitTimeoutError: await (async () => {
      let polls = 0;
      const steps = () => (polls++ === 0 ? respond(200, jobBody({ resultUrl: LINK })) : respond(503))();
      const client = clientOf(steps, { pollFloorMs: 1 });
      return rejectionOf(client.waitForJob("job_1", { maxWaitMs: 300, intervalMs: 10, maxPollErrors: 1_000 }));
    })(),
    JobFailedError: await waited(respond(200, jobBody({ status: "failed", resultUrl: LINK })), {
      throwOnFailure: true,
    }),
    JobBlockedError: await waited(respond(200, jobBody({ status: "blocked_insufficient_credits" })), {
      onBlocked: "throw",
    }),
    PlangrepError: await pending,
  };
}

test("every error of a request tells the job and the URL, and its message names the job", async () => {
  const cases = {
    "a response that is no success": [respond(404), {}],
    "a redirect": [respond(302), {}],
    "a broken connection": [broken(), {}],
    "a timeout": [silence(), { timeoutMs: 1 }],
    "a response of the wrong shape": [respond(200, {}), {}],
    "a response that is no JSON": [respond(200, "<html>"), {}],
    "another job": [respond(200, jobBody({ id: "job_2" })), {}],
    "a mock that gives no Response": [() => ({}), {}],
    "a key function that fails": [respond(200), { apiKey: () => Promise.reject(new Error("no")) }],
  };
  for (const [what, [step, options]] of Object.entries(cases)) {
    const ofJob = await rejectionOf(clientOf(step, options).getJob("job_1"));
    assert.deepEqual([ofJob.jobId, ofJob.projectId, ofJob.url], ["job_1", undefined, JOB_URL], what);
    assert.ok(ofJob.message.startsWith("Job job_1: "), ofJob.message);
    assert.equal(Object.hasOwn(ofJob, "projectId"), false);
    if (what === "another job") continue;
    const ofProject = await rejectionOf(clientOf(step, options).listJobs("proj_1"));
    assert.deepEqual([ofProject.jobId, ofProject.projectId, ofProject.url], [undefined, "proj_1", LIST_URL], what);
    assert.ok(ofProject.message.startsWith("Project proj_1: "), ofProject.message);
  }
});

test("an id that the URL has to escape is told as it is", async () => {
  const error = await rejectionOf(clientOf(respond(404)).getJob("jöb 1"));
  assert.deepEqual([error.jobId, error.url], ["jöb 1", `${BASE}/api/open/v1/jobs/j%C3%B6b%201`]);
  assert.equal(error.message, "Job jöb 1: The server answered 404");
});

test("the errors in events tell them too", async (t) => {
  const { client, events, run } = world(t, { steps: [respond(503)], options: { baseUrl: BASE, maxRetries: 1 } });
  await run(client.getJob("job_1"));
  const { error } = events.find(({ type }) => type === "retry");
  assert.deepEqual([error.jobId, error.url, error.attempts], ["job_1", JOB_URL, 1]);
});

test("each of several waits that one list fails for names its own job", async (t) => {
  const step = (init, { url }) => respond(401)(init, url);
  const { client, run } = world(t, { steps: [step], options: { baseUrl: BASE } });
  const waits = ["job_1", "job_2", "job_3"].map((id) => rejectionOf(client.waitForJob(id)));
  const { value } = await run(Promise.all(waits));
  assert.deepEqual(
    value.map(({ jobId, message }) => [jobId, message]),
    ["job_1", "job_2", "job_3"].map((id) => [id, `Job ${id}: The server answered 401`]),
  );
});

test("what ends a wait or a call names it, be it no request's failure", async () => {
  const { WaitTimeoutError, JobFailedError, JobBlockedError, PlangrepError: closed } = await errors();
  for (const error of [WaitTimeoutError, JobFailedError, JobBlockedError, closed]) {
    assert.equal(error.jobId, "job_1", error.name);
    assert.ok(error.message.startsWith("Job job_1: "), error.message);
  }
  assert.deepEqual([WaitTimeoutError.lastError.jobId, WaitTimeoutError.lastError.url], ["job_1", JOB_URL]);
});

test("a watch of a project that times out names the project", async () => {
  const watch = clientOf(silence()).watchProject("proj_1", { maxWaitMs: 5 });
  const error = await rejectionOf(watch.next());
  assert.deepEqual([error.projectId, error.code], ["proj_1", "wait_timeout"]);
  assert.match(error.message, /^Project proj_1: Not ended after \d+ ms$/);
});

const ways = {
  JSON: (error) => JSON.parse(JSON.stringify(error)),
  structuredClone: (error) => structuredClone(error.toJSON()),
  async postMessage(error) {
    const json = error.toJSON();
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(json);
    const { message } = receiveMessageOnPort(port2);
    port1.close();
    return message;
  },
};
for (const [how, through] of Object.entries(ways)) {
  test(`an error of each class comes back through ${how} with its class and its facts`, async () => {
    for (const [name, error] of Object.entries(await errors())) {
      const json = await through(error);
      assert.deepEqual([json.name, json.code, json.message], [name, error.code, error.message]);
      const back = PlangrepError.from(json);
      assert.ok(back instanceof own[name] && back instanceof Error && PlangrepError.is(back), name);
      assert.equal(back.constructor, error.constructor);
      assert.deepEqual(back.toJSON(), error.toJSON(), name);
      assert.deepEqual(Object.keys(json).slice(0, 3), ["name", "code", "message"]);
      for (const fact of Object.keys(error)) {
        if (fact === "body") assert.equal(Object.hasOwn(json, fact), false, name);
        else assert.ok(Object.hasOwn(back, fact), `${name} has lost ${fact}`);
        if (!["body", "job", "lastJob", "lastError"].includes(fact)) assert.deepEqual(back[fact], error[fact], fact);
      }
      assert.equal(Object.hasOwn(back, "cause"), false);
      assert.ok(typeof back.stack === "string");
    }
  });
}

test("a result's link does not leave with an error, and the last error comes back as one", async () => {
  const { WaitTimeoutError, JobFailedError } = await errors();
  assert.equal(JobFailedError.job.resultUrl, LINK);
  for (const error of [WaitTimeoutError, JobFailedError]) {
    const text = JSON.stringify(error);
    assert.ok(!text.includes("bucket.example") && !text.includes("resultUrl"), text);
  }
  const back = PlangrepError.from(JSON.parse(JSON.stringify(WaitTimeoutError)));
  assert.deepEqual([back.lastJob.id, back.lastJob.resultUrl], ["job_1", null]);
  assert.ok(back.lastError instanceof own.ApiError);
  assert.equal(back.lastError.status, 503);
});

test("what is no error's JSON is refused, naming it", () => {
  for (const value of [
    undefined,
    null,
    7,
    "x",
    [],
    {},
    { code: 7, message: "x" },
    { code: "timeout" },
    new Error("x"),
  ]) {
    assert.throws(
      () => PlangrepError.from(value),
      (error) => error instanceof own.InvalidArgumentError && error.argument === "json",
    );
  }
});

test("JSON that was tampered with poisons nothing, and an unknown code is a PlangrepError", () => {
  const from = (text) => PlangrepError.from(JSON.parse(text));
  for (const code of ["code_of_another_version", "toString", "constructor", "__proto__"]) {
    const error = from(JSON.stringify({ code, message: "m" }));
    assert.deepEqual([error.constructor, error.code, error.message], [PlangrepError, code, "m"]);
  }
  const error = from('{"code":"timeout","message":"m","__proto__":{"x":1},"stack":"s","toJSON":1,"isAdmin":true}');
  assert.ok(error instanceof own.TimeoutError);
  assert.deepEqual(Object.keys(error), ["code"]);
  assert.notEqual(error.stack, "s");
  const deep = `${'{"code":"wait_timeout","message":"m","lastError":'.repeat(20_000)}null${"}".repeat(20_000)}`;
  assert.equal(from(deep).lastError.lastError, undefined);
});

test("an error that a test made by itself can be told as JSON", () => {
  const error = Object.assign(new own.ApiError("m"), { code: "not_found", status: 404, body: {}, extra: () => {} });
  assert.deepEqual(error.toJSON(), { name: "ApiError", code: "not_found", message: "m", status: 404 });
  assert.equal(JSON.stringify(new own.JobFailedError("m", { cause: 1 })), '{"name":"JobFailedError","message":"m"}');
  assert.deepEqual(job().resultUrl === undefined, false);
});
