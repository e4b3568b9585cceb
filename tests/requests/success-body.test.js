// The body of a success: JSON of the promised shape, or InvalidResponseError with the place.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network, respond } from "../support/network.js";
import { rejectionOf } from "../support/outcome.js";
import { InvalidResponseError, PlangrepClient } from "../support/package.js";
import { completed, getJobBody, job, jobBody, KEY, listJobsBody } from "../support/samples.js";
import { jobFields } from "../support/tables.js";
import { world } from "../support/world.js";

const clientOf = (...steps) => new PlangrepClient({ apiKey: KEY, fetch: network(...steps).fetch });
const get = (body, id = "job_1") => clientOf(respond(200, body)).getJob(id);
const list = (body) => clientOf(respond(200, body)).listJobs("proj_1");

async function refusal(call) {
  const error = await rejectionOf(call);
  assert.ok(error instanceof InvalidResponseError, String(error));
  assert.deepEqual([error.code, error.status], ["invalid_response", 200]);
  return error;
}

test("the documentation's samples arrive as they are, with what they leave out", async () => {
  const { job } = JSON.parse(getJobBody);
  assert.deepEqual(await get(getJobBody, job.id), completed(job));
  assert.deepEqual(await list(listJobsBody), JSON.parse(listJobsBody).jobs.map(completed));
  assert.deepEqual(await list({ jobs: [] }), []);
});

test("absent fields are completed with null and [], a bare-string error becomes an object, unknown fields stay", async () => {
  const required = {
    id: "job_1",
    status: "archived",
    projectId: "p",
    createdAt: "2026-01-01T00:00:00Z",
    updatedAt: "later",
  };
  const whole = completed(required);
  assert.deepEqual(await get({ job: required }), whole);
  assert.deepEqual(await list({ jobs: [required, required] }), [whole, whole]);
  assert.deepEqual((await get({ job: { ...required, files: null } })).files, []);
  assert.deepEqual((await get({ job: { ...required, error: "no disk" } })).error, { message: "no disk" });
  const error = { code: 7, message: null, deep: { er: [1] } };
  assert.deepEqual((await get({ job: { ...required, error } })).error, error);
  const more = { priority: { level: [1, null] }, ["__proto__"]: { polluted: true }, constructor: 1, toString: "x" };
  const kept = await get({
    job: { ...required, ...more, files: [{ id: "f", fileName: "a", status: "?", size: 3 }] },
    meta: 1,
  });
  assert.deepEqual([kept.priority, kept.constructor, kept.toString, kept.files[0].size], [more.priority, 1, "x", 3]);
  assert.equal({}.polluted, undefined);
});

test("a job is a plain object that survives JSON and structuredClone", async () => {
  const value = await get(jobBody());
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.deepEqual(structuredClone(value), value);
  assert.deepEqual(JSON.parse(JSON.stringify(value)), value);
});

test("what is no JSON is refused for the whole body, with its beginning in the message", async () => {
  const bodies = [
    "",
    " ",
    "<!DOCTYPE html><title>Sign in</title>",
    "{",
    '{"job":',
    '{"job":{"id":"job_1"',
    "undefined",
    "NaN",
    "'a'",
    "{job:1}",
    "[1,]",
    "\0",
    "{}{}",
    "\ufffd",
  ];
  for (const body of bodies) {
    for (const call of [get(body), list(body)]) {
      const error = await refusal(call);
      assert.equal(error.path, "", JSON.stringify(body));
      assert.ok(error.message.includes(body.slice(0, 30)), error.message);
    }
  }
});

test("a response without a body, 204 for one, is refused", async () => {
  const error = await rejectionOf(clientOf(respond(204)).getJob("job_1"));
  assert.deepEqual([error.code, error.status, error.path], ["invalid_response", 204, ""]);
});

test("a wrong envelope is refused with the place", async () => {
  const wrong = [
    ...[
      [[], ""],
      [null, ""],
      [1, ""],
      ['"x"', ""],
      ["true", ""],
      [{}, "job"],
      [{ jobs: [] }, "job"],
      [job(), "job"],
    ],
    ...[
      [{ job: null }, "job"],
      [{ job: 1 }, "job"],
      [{ job: "x" }, "job"],
      [{ job: [] }, "job"],
      [{ job: [job()] }, "job"],
      [{ Job: job() }, "job"],
    ],
  ];
  for (const [body, path] of wrong) assert.equal((await refusal(get(body))).path, path, JSON.stringify(body));
  const wrongLists = [
    ...[
      [[], ""],
      [[job()], ""],
      [null, ""],
      [1, ""],
      [{}, "jobs"],
      [jobBody(), "jobs"],
      [{ jobs: null }, "jobs"],
    ],
    ...[
      [{ jobs: {} }, "jobs"],
      [{ jobs: "x" }, "jobs"],
      [{ jobs: { 0: job(), length: 1 } }, "jobs"],
    ],
    ...[
      [{ jobs: [null] }, "jobs[0]"],
      [{ jobs: [job(), [], job()] }, "jobs[1]"],
      [{ jobs: [job(), 7] }, "jobs[1]"],
    ],
  ];
  for (const [body, path] of wrongLists) assert.equal((await refusal(list(body))).path, path, JSON.stringify(body));
});

/** Values that are not what a field of each shape may be. */
const WRONG = {
  text: [1, true, [], {}, 0],
  number: ["1", true, [], {}, false],
  object: ["x", 1, true, [], 0],
  list: ["x", 1, true, {}],
  any: [1, true, [], 0],
};

/** The paths of fields and of what is within, each with values that it may not have; undefined: it may not be absent. */
const wrongValues = (fields, before = "") =>
  fields.flatMap(({ name, shape, nullable, fields: inner }) => {
    const path = before + name;
    const own = [path, [...WRONG[shape], ...(nullable ? [] : [null, undefined])]];
    if (shape === "object") return [own, ...wrongValues(inner, `${path}.`)];
    if (shape !== "list") return [own];
    return [own, [`${path}[0]`, [...WRONG.object, null]], ...wrongValues(inner, `${path}[1].`)];
  });

test("a wrong type anywhere in a job is refused with the exact place", async () => {
  const file = (id) => ({ id, fileName: "a.pdf", status: "processing" });
  const all = wrongValues(jobFields);
  assert.ok(all.length > jobFields.length);
  for (const [path, values] of all) {
    for (const value of values) {
      const wrong = job({ files: [file("f1"), file("f2")] });
      const steps = path.match(/\w+/g);
      const last = steps.pop();
      const holder = steps.reduce((at, step) => at[step], wrong);
      if (value === undefined) delete holder[last];
      else holder[last] = value;
      const what = `${path} = ${JSON.stringify(value)}`;
      assert.equal((await refusal(get({ job: wrong }))).path, `job.${path}`, what);
      assert.equal((await refusal(list({ jobs: [job(), job(), wrong] }))).path, `jobs[2].${path}`, what);
    }
  }
});

test("the message says where and what, in a sentence", async () => {
  const error = await refusal(get(jobBody({ pageCount: "7" })));
  assert.equal(error.message, "Job job_1: The answer is not what the API promises: job.pageCount is not a number");
  const lacking = await refusal(get(jobBody({ projectId: undefined })));
  assert.equal(lacking.message, "Job job_1: The answer is not what the API promises: job.projectId is not there");
});

test("a job other than the one requested is refused", async () => {
  for (const id of ["job_2", "JOB_1", "job_1 ", "", "job_\ud800"]) {
    const error = await refusal(get(jobBody({ id })));
    assert.equal(error.path, "job.id", JSON.stringify(id));
  }
});

test("unusual but valid JSON is taken: BOM, blanks, duplicate keys, escapes, lone surrogates, huge and tiny numbers", async () => {
  const text = JSON.stringify(jobBody());
  const bom = new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(text)]);
  assert.deepEqual(await get(bom), job());
  assert.deepEqual(await get(`\n\t ${text} \r\n`), job());
  assert.equal((await get(text.replace('"id"', '"id":7,"id"'))).id, "job_1");
  assert.equal((await get(text.replace("job_1", "\\u006aob_1"))).id, "job_1");
  assert.equal((await get(text.replace("processing", "\\ud800"))).status, "\ud800");
  assert.equal((await get(jobBody({ pageCount: 9e15, externalId: "𝕏😀" }))).externalId, "𝕏😀");
  assert.equal((await get(text.replace(/"pageCount":\d+/, '"pageCount":-0.5e-300'))).pageCount, -0.5e-300);
});

test("a number too large to be one is refused where it counts and kept elsewhere", async () => {
  const text = JSON.stringify(jobBody({ other: 1 }));
  assert.equal((await refusal(get(text.replace(/"pageCount":\d+/, '"pageCount":1e999')))).path, "job.pageCount");
  assert.equal((await get(text.replace('"other":1', '"other":1e999'))).other, Infinity);
});

test("deep nesting is no danger, known field or not", async () => {
  const deep = "[".repeat(200_000) + "]".repeat(200_000);
  const kept = await get(JSON.stringify(jobBody({ other: "@" })).replace('"@"', deep));
  assert.equal(kept.other.length, 1);
  assert.equal((await refusal(get(deep))).path, "");
  assert.equal((await refusal(get(JSON.stringify(jobBody({ files: "@" })).replace('"@"', deep)))).path, "job.files[0]");
});

test("invalid bodies are not retried", async (t) => {
  const { client, requests, run, nothingAfter } = world(t, {
    steps: [respond(200, "<html>")],
    options: { maxRetries: 5 },
  });
  const { error, at } = await run(client.getJob("job_1"));
  assert.deepEqual([error.code, requests.length, at], ["invalid_response", 1, 0]);
  await nothingAfter();
});
