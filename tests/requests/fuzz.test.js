// Answers at random: every call ends, with what was promised or with an error of this package.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network } from "../support/network.js";
import { InvalidResponseError, PlangrepClient, PlangrepError } from "../support/package.js";
import { job, jobBody, KEY, listJobsBody } from "../support/samples.js";

/** Random numbers in [0, 1) that are the same in every run (mulberry32). */
function randomFrom(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomFrom(20260101);
const below = (limit) => Math.floor(random() * limit);
const oneOf = (list) => list[below(list.length)];

const VALUES = [null, true, false, 0, -1, 1e300, "", "x", [], {}, [null], { id: 1 }, [[]], "2026-01-01T00:00:00Z"];

/** Changes one thing anywhere in a value that JSON can hold. */
function mutated(value) {
  if (typeof value !== "object" || value === null || random() < 0.2) return oneOf(VALUES);
  const keys = Object.keys(value);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  if (keys.length === 0) return oneOf(VALUES);
  const key = oneOf(keys);
  if (random() < 0.2) delete copy[key];
  else copy[key] = mutated(copy[key]);
  return copy;
}

/** Changes a few bytes of a text. */
function garbled(text) {
  let result = text;
  for (let times = below(4); times >= 0; times--) {
    const at = below(result.length + 1);
    const middle = oneOf([
      "",
      String.fromCharCode(below(0x300)),
      '"',
      "{",
      "}",
      "\\",
      "\ud800",
      text.slice(at, at + 20),
    ]);
    result = result.slice(0, at) + middle + result.slice(at + below(3));
  }
  return result;
}

const isText = (value) => typeof value === "string";
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const orNull = (check) => (value) => value === null || check(value);

/** The contract's `Job`, checked independently of the package. */
function assertJob(value) {
  for (const name of ["id", "status", "projectId", "createdAt", "updatedAt"]) assert.ok(isText(value[name]), name);
  for (const name of ["externalId", "resultUrl", "completedAt", "expiresAt"])
    assert.ok(orNull(isText)(value[name]), name);
  for (const name of ["pageCount", "successfulPageCount"]) assert.ok(orNull(isNumber)(value[name]), name);
  assert.ok(orNull(({ maxDeclaredBytes, maxFiles }) => isNumber(maxDeclaredBytes) && isNumber(maxFiles))(value.limits));
  assert.ok(orNull(({ creditsDebited }) => isNumber(creditsDebited))(value.billing));
  assert.ok(value.files.every(({ id, fileName, status }) => isText(id) && isText(fileName) && isText(status)));
  assert.ok(orNull((error) => typeof error === "object" && !Array.isArray(error))(value.error));
}

test("a success that is changed at random is a job as promised, or refused", async () => {
  const outcomes = { taken: 0, refused: 0 };
  const sources = [JSON.stringify(jobBody({ error: { code: "x" }, billing: null })), listJobsBody];
  for (let round = 0; round < 3000; round++) {
    const [method, source] = oneOf([
      ["getJob", sources[0]],
      ["listJobs", sources[1]],
    ]);
    const text = random() < 0.5 ? garbled(source) : JSON.stringify(mutated(JSON.parse(source)));
    const { fetch } = network(() => new Response(text));
    try {
      const value = await new PlangrepClient({ apiKey: KEY, fetch })[method]("job_1");
      for (const one of method === "getJob" ? [value] : value) assertJob(one);
      outcomes.taken++;
    } catch (error) {
      assert.ok(error instanceof InvalidResponseError, `${text}\n${error.stack}`);
      assert.equal(isText(error.path), true);
      outcomes.refused++;
    }
  }
  assert.ok(outcomes.taken > 300 && outcomes.refused > 300, JSON.stringify(outcomes));
});

test("an error that is changed at random is an error with its status", async () => {
  for (let round = 0; round < 1500; round++) {
    const source = { code: "c", message: "m", error: { code: KEY, message: "m" }, detail: ["x", job()] };
    const text = random() < 0.5 ? garbled(JSON.stringify(source)) : JSON.stringify(mutated(source));
    const status = 300 + below(300);
    const headers = oneOf([
      {},
      { "retry-after": garbled("120").replace(/[^\x20-\x7e]/g, "") },
      { "x-request-id": "r" },
    ]);
    const { fetch } = network(() => new Response(status === 304 ? null : text, { status, headers }));
    const error = await new PlangrepClient({ apiKey: KEY, fetch, maxRetries: 0 })
      .getJob("job_1")
      .catch((error) => error);
    assert.ok(PlangrepError.is(error), String(error));
    assert.equal(error.status, status);
    assert.equal(JSON.stringify([error.body, error.message]).includes(KEY), false);
  }
});
