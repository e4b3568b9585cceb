// What a server may say: cut anywhere, of any type in any place, and odd in every way that JSON can be.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import { rejectionOf } from "../support/outcome.js";
import { InvalidResponseError, PlangrepClient } from "../support/package.js";
import { getJobBody, KEY, listJobsBody } from "../support/samples.js";
import { invalidPaths, PLACES } from "./support/model.js";

let body;
const fetch = async () => new Response(body);
const client = new PlangrepClient({ apiKey: KEY, fetch });
const counts = { cuts: 0, types: 0, corpus: 0 };

async function assertRefused(promise, path, what) {
  const error = await rejectionOf(promise);
  assert.ok(error instanceof InvalidResponseError, `${what}: ${error.stack}`);
  assert.deepEqual([error.path, error.status], [path, 200], `${what}: ${error.message}`);
}

/** Of the list's jobs the one to change: it has everything. */
const CHANGED = JSON.parse(listJobsBody).jobs.findIndex(
  ({ files, billing, limits }) => files?.length && billing && limits,
);
const SAMPLES = {
  getJob: { text: getJobBody, id: JSON.parse(getJobBody).job.id },
  listJobs: { text: listJobsBody, id: JSON.parse(listJobsBody).jobs[0].projectId },
};

for (const [method, { text, id }] of Object.entries(SAMPLES)) {
  test(`${method}: a sample cut at any byte is refused as a whole`, async () => {
    const bytes = new TextEncoder().encode(text.trimEnd());
    for (let length = 0; length < bytes.length; length++) {
      body = bytes.subarray(0, length);
      await assertRefused(client[method](id), "", `${length} bytes`);
      counts.cuts++;
    }
    body = bytes;
    await client[method](id);
  });
}

const VALUES = [undefined, null, true, false, 0, -1.5, 1e308, "", "x", [], [1], [{}], {}, { id: 1 }];

for (const [method, { text, id }] of Object.entries(SAMPLES)) {
  test(`${method}: any field may be of any type: taken where the contract allows it, else refused with its path`, async () => {
    for (const names of PLACES) {
      for (const value of VALUES) {
        const response = JSON.parse(text);
        const job = response.job ?? response.jobs[CHANGED];
        const parent = names.slice(0, -1).reduce((inside, name) => inside[name], job);
        parent[names.at(-1)] = value;
        body = JSON.stringify(response);
        const what = `${names.join(".")} = ${JSON.stringify(value)}`;
        const [path] = invalidPaths(method, id, JSON.parse(body));
        counts.types++;
        if (path === undefined) await client[method](id);
        else await assertRefused(client[method](id), path, what);
      }
    }
  });
}

/** What comes of each file of corpus/: null, the path of what is refused, or a check of the job. */
const CORPUS = {
  "required-fields-alone": ({ files, error }) => assert.deepEqual([files, error], [[], null]),
  "deep-in-an-unknown-field": ({ later }) => assert.ok(Array.isArray(later)),
  "deep-in-the-error": ({ error }) => assert.ok(error.a.a),
  "deep-in-place-of-the-job": "job",
  "a-key-twice-the-last-counts": ({ pageCount }) => assert.equal(pageCount, 7),
  "a-key-twice-the-last-is-wrong": "job.pageCount",
  "the-envelope-twice": ({ id }) => assert.equal(id, "job_1"),
  "a-number-beyond-doubles": "job.pageCount",
  "a-number-beyond-doubles-unknown-field": ({ later }) => assert.equal(later, -Infinity),
  "a-number-of-a-thousand-digits": ({ pageCount }) => assert.ok(pageCount > 1e299),
  "a-number-beyond-exact-integers": ({ limits }) => assert.equal(limits.maxDeclaredBytes, 2 ** 53),
  "a-negative-page-count": ({ pageCount }) => assert.equal(pageCount, -1),
  "lone-surrogates": ({ externalId, files }) => assert.deepEqual([externalId, files[0].id], ["\ud800", "\udfff"]),
  "a-lone-surrogate-in-bytes": ({ externalId }) => assert.equal(externalId, "\ufffd\ufffd\ufffd"),
  "escaped-nul": ({ externalId }) => assert.equal(externalId, "a\0b"),
  "raw-nul": "",
  "nul-after-the-end": "",
  "byte-order-mark": ({ id }) => assert.equal(id, "job_1"),
  "byte-order-mark-twice": "",
  "utf-16": "",
  proto: ({ pageCount }) => assert.equal(pageCount, null),
  "proto-in-place-of-fields": "job.id",
  "constructor-and-friends": (job) => assert.deepEqual([job.toString, job.then], [null, 7]),
  "to-json": ({ toJSON }) => assert.equal(toJSON, "x"),
  "empty-names": (job) => assert.deepEqual(job[""], { "": [] }),
  "an-error-that-is-a-string": ({ error }) => assert.deepEqual(error, { message: "It broke." }),
  "an-error-that-is-a-list": "job.error",
  "files-that-hold-null": "job.files[1]",
  "files-without-a-name": "job.files[0].fileName",
  "timestamps-that-are-none": ({ updatedAt }) => assert.equal(updatedAt, ""),
  "a-status-with-a-surrogate": ({ status }) => assert.equal(status, "\ud800"),
  "two-values": "",
  "single-quotes": "",
  "a-comment": "",
  "a-trailing-comma": "",
  "not-a-number": "",
  "white-space": ({ id }) => assert.equal(id, "job_1"),
  "other-white-space": "",
  nothing: "",
  "a-space": "",
};
const folder = new URL("corpus/", import.meta.url);

test("every file of the corpus has its outcome", () => {
  assert.deepEqual(
    readdirSync(folder).sort(),
    Object.keys(CORPUS)
      .map((name) => `${name}.body`)
      .sort(),
  );
});

for (const [name, expected] of Object.entries(CORPUS)) {
  test(`corpus: ${name}`, async () => {
    body = readFileSync(new URL(`${name}.body`, folder));
    counts.corpus++;
    if (typeof expected === "string") await assertRefused(client.getJob("job_1"), expected, name);
    else {
      const job = await client.getJob("job_1");
      expected(job);
      assert.equal(Object.getPrototypeOf(job), Object.prototype);
      // The same body again, for a wait, a watch and a list.
      const { value } = await client.watchJob("job_1").next();
      assert.equal(value.job.id, "job_1");
      const stop = new AbortController();
      await assert.rejects(
        client.waitForJob("job_1", { signal: stop.signal, onPoll: () => stop.abort(new Error("seen")) }),
        { message: "seen" },
      );
    }
  });
}

after(() =>
  console.error(
    `• responses: ${counts.cuts} cuts, ${counts.types} fields of a type, ${counts.corpus} files of the corpus`,
  ),
);
