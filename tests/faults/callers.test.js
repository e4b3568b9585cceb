// Whatever a caller gives: a promise that settles, or an InvalidArgumentError. Never a crash, and the next call works.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { CLIENT_OPTIONS } from "../support/options.js";
import * as plangrep from "../support/package.js";
import { getJobBody, KEY } from "../support/samples.js";
import { VALUES } from "./support/values.js";

const { InvalidArgumentError, PlangrepClient, PlangrepError } = plangrep;
// Not the namespace itself, which linters take for a slip when a name is computed.
const functions = { ...plangrep };
const job = { ...JSON.parse(getJobBody).job, status: "completed" };
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Answers with whatever was requested: a job that has ended, or a list of one. */
async function fetch(url) {
  const [, id, list] = /\/(?:jobs|projects)\/([^/]+)(\/jobs)?$/.exec(url);
  return Response.json(list ? { jobs: [job] } : { job: { ...job, id: decodeURIComponent(id) } });
}
const settings = { apiKey: KEY, fetch, maxRetries: 0, pollFloorMs: 1 };

const next = (watch) => watch.next();
const METHODS = {
  getJob: (client, id, options) => client.getJob(id, options),
  listJobs: (client, id, options) => client.listJobs(id, options),
  waitForJob: (client, id, options) => client.waitForJob(id, options),
  waitForJobs: (client, id, options) => client.waitForJobs([id, "job_2"], options),
  watchJob: (client, id, options) => next(client.watchJob(id, options)),
  watchProject: (client, id, options) => next(client.watchProject(id, options)),
};
const REQUEST = ["signal", "timeoutMs", "maxRetries"];
const PACE = ["maxWaitMs", "intervalMs", "minIntervalMs", "maxIntervalMs", "initialDelayMs", "maxPollErrors"];
const WAIT = [...REQUEST, ...PACE, "onUpdate", "onPoll", "throwOnFailure", "onBlocked"];
const OPTIONS = {
  getJob: REQUEST,
  listJobs: REQUEST,
  waitForJob: WAIT,
  waitForJobs: WAIT,
  watchJob: [...REQUEST, ...PACE, "onBlocked", "everyPoll"],
  watchProject: [...REQUEST, ...PACE, "everyPoll", "stopWhenIdle"],
};
const STATUS = ["isTerminal", "hasResult", "isBlocked", "isKnownStatus", "progress", "currentJob", "summarizeBilling"];

/** Each place where a caller's value goes, as `(value, client) => whatever comes back`. */
const PLACES = {
  ...Object.fromEntries(
    Object.entries(METHODS).map(([name, call]) => [`${name}(value)`, (value, client) => call(client, value)]),
  ),
  "waitForJobs(value)": (value, client) => client.waitForJobs(value),
  "waitForJobs([value])": (value, client) => client.waitForJobs([value]),
  ...Object.fromEntries(
    Object.entries(METHODS).map(([name, call]) => [
      `${name}(id, value)`,
      (value, client) => call(client, "job_1", value),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(METHODS).flatMap(([name, call]) =>
      OPTIONS[name].map((option) => [
        `${name}: ${option}`,
        (value, client) => call(client, "job_1", { [option]: value }),
      ]),
    ),
  ),
  "new PlangrepClient(value)": (value) => new PlangrepClient(value),
  ...Object.fromEntries(
    CLIENT_OPTIONS.map((option) => [
      `new PlangrepClient: ${option}`,
      (value, _, opened) => {
        const client = new PlangrepClient({ ...settings, [option]: value });
        opened.push(client);
        return client.getJob("job_1");
      },
    ]),
  ),
  "headers: the value of one": (value) => new PlangrepClient({ ...settings, headers: { one: value } }).getJob("job_1"),
  "apiKey: what the function gives": (value, _, opened) => {
    const client = new PlangrepClient({ ...settings, apiKey: () => value });
    opened.push(client);
    return client.getJob("job_1");
  },
  "fetch: what it gives": (value, _, opened) => {
    const client = new PlangrepClient({ ...settings, fetch: () => value });
    opened.push(client);
    return client.getJob("job_1");
  },
  ...Object.fromEntries(
    STATUS.flatMap((name) => [
      [`${name}(value)`, (value) => functions[name](value)],
      [`${name}([value])`, (value) => functions[name]([value])],
      ...["status", "pageCount", "createdAt", "billing"].map((field) => [
        `${name}: ${field}`,
        (value) =>
          functions[name](
            name === "progress" || name.startsWith("is") ? { ...job, [field]: value } : [{ ...job, [field]: value }],
          ),
      ]),
    ]),
  ),
  "PlangrepError.is(value)": (value) => PlangrepError.is(value),
};

/** Places where a value may make a call wait: for a while, or for a promise of the caller's own. */
const MAY_WAIT = /initialDelayMs|apiKey|fetch|\(id, value\)/;
let cases = 0;
const outcomes = {};

async function check(place, make, what) {
  const client = new PlangrepClient(settings);
  const opened = [client];
  const value = make();
  let promise;
  try {
    promise = Promise.resolve(PLACES[place](value, client, opened));
  } catch (error) {
    assert.ok(error instanceof InvalidArgumentError, `${what} threw ${error?.stack ?? String(error)}`);
    promise = Promise.reject(error);
  }
  let outcome;
  promise.then(
    () => {
      outcome = "resolved";
    },
    (error) => {
      outcome = PlangrepError.is(error) ? error.code : "reason";
      if (!PlangrepError.is(error)) assertReason(error, value, place, what);
      assert.notEqual(outcome, "internal", `${what}: ${error?.stack} ${error?.cause?.stack}`);
    },
  );
  for (let turns = 0; turns < 20 && !outcome; turns++) await turn();
  if (!outcome) assert.match(place, MAY_WAIT, `${what} does not settle`);
  assert.equal((await client.getJob("job_after")).id, "job_after", what);
  for (const one of opened) one.close();
  for (let turns = 0; turns < 20 && !outcome; turns++) await turn();
  assert.ok(outcome, `${what} is pending after close()`);
  cases++;
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
}

/** What is no error of the package can only be the reason of a signal. */
function assertReason(error, value, place, what) {
  assert.match(place, /signal|\(id, value\)/, `${what} rejected with ${error?.stack ?? String(error)}`);
  let reason;
  try {
    reason = value.reason;
  } catch {
    reason = undefined;
  }
  // A signal without a reason, as in old polyfills, stands for an AbortError.
  if (reason === undefined) assert.equal(error?.name, "AbortError", what);
  else assert.equal(error, reason, what);
}

for (const place of Object.keys(PLACES)) {
  test(`every kind of value: ${place}`, async (t) => {
    // A callback that throws is reported there.
    t.mock.method(console, "error", () => {});
    for (const [name, make] of Object.entries(VALUES)) await check(place, make, `${place}, ${name}`);
  });
}

test("ids that never end are refused at the first that is none", async () => {
  const client = new PlangrepClient(settings);
  const endless = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 5 }) }) };
  await assert.rejects(client.waitForJobs(endless), { code: "invalid_argument", argument: "jobIds" });
});

after(() =>
  console.error(
    `• callers: ${Object.keys(PLACES).length} places, ${Object.keys(VALUES).length} values, ${cases} cases, ${JSON.stringify(outcomes)}`,
  ),
);
