// In a page, too, the key goes to the base URL's origin and is seen nowhere else: not in what is handed out, told,
// printed or kept, nor in what a debugger is told.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { openPage } from "../page/support/browser.js";
import { getJobBody } from "../support/samples.js";
import { sendJson, serve } from "../support/server.js";
import { IN_PAGE } from "./support/differences.js";
import { ECHOES, echoHeaders, STATUSES } from "./support/echoes.js";
import { emulated } from "./support/emulated.js";
import { redirectTargets } from "./support/redirects.js";
import { faultsWith, PAGE } from "./support/runtimes.js";

const KEY = "pgk_live_canary0123456789abcdef";
const CANARY = KEY.slice(9);
const counts = { calls: 0, looks: 0, messages: 0, requests: 0 };

/** A server that any page may ask; `respond` is given what was sent and which shape is wanted. */
async function open(respond) {
  return await serve({ after }, (request, response, number) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "authorization");
    response.setHeader("access-control-expose-headers", "*");
    if (request.method === "OPTIONS") response.writeHead(204).end();
    else respond(request, response, number);
  });
}

// No page may ask these with the key, though the policy of the page would let it.
const other = await open((_, response) => sendJson(response, 200, getJobBody));
const requested = new Map();
const echo = await open((request, response) => {
  const said = request.headers.authorization;
  const [, shape] = /\/echo-(\d+)/.exec(request.url);
  const number = requested.get(shape) ?? 0;
  requested.set(shape, number + 1);
  sendJson(response, STATUSES[number % STATUSES.length], Object.values(ECHOES)[shape](said), echoHeaders(said));
});
const redirecting = await open((request, response) => {
  const [, status, target] = /\/jobs\/(\d+)-(\d)$/.exec(request.url);
  sendJson(response, Number(status), "", { location: TARGETS[target] });
});
const TARGETS = redirectTargets(other.url);
const result = { ...JSON.parse(getJobBody).job, id: "job_1", status: "completed", resultUrl: `${other.url}/?token=x` };
const finished = await open((_, response) => sendJson(response, 200, { job: result }));

const mayAsk = [other, echo, redirecting, finished].flatMap(({ url }) => ["--connect-src", url]);
const emulator = await emulated("--api-key", KEY, ...PAGE, ...mayAsk);
const page = await openPage({ after }, emulator.url);
await page.waitForFunction(() => globalThis.sweep);

// What a debugger is told: messages and exceptions with what is in them, and requests as they are sent.
const printed = [];
const sent = new Map();
const session = await page.context().newCDPSession(page);
for (const event of ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"]) {
  session.on(event, (message) => printed.push(JSON.stringify(message)));
}
const add = (id, facts) => sent.set(id, { ...sent.get(id), ...facts });
session.on("Network.requestWillBeSent", ({ requestId, request, redirectResponse }) => {
  // A redirect is reported as a request, though it is not followed: the servers' logs say that.
  if (!redirectResponse) add(requestId, { url: request.url, request });
});
session.on("Network.requestWillBeSentExtraInfo", ({ requestId, headers }) => add(requestId, { headers }));
for (const domain of ["Runtime", "Log", "Network"]) await session.send(`${domain}.enable`);

/** Makes a call in the page; fails if the key is in anything that comes of it. */
async function sweep(baseUrl, ids, { way = "getJob", ...options } = {}) {
  const keyIsAsked = counts.calls++ % 2 === 0;
  const settings = { baseUrl, apiKey: KEY, maxRetries: 0, pollFloorMs: 1, dangerouslyAllowBrowser: true };
  const question = { way, ids, settings, options, keyIsAsked, canary: CANARY };
  const { leaks, looks, isReported, ...outcome } = await page.evaluate(
    (question) => globalThis.sweep(question),
    question,
  );
  assert.deepEqual(leaks, []);
  assert.notEqual(outcome.result, "hangs");
  assert.equal(isReported, outcome.result !== "fine", "whether an unhandled rejection was reported");
  counts.looks += looks;
  return outcome;
}

const hidden = {
  "a property": `({ a: [{ b: "${CANARY}" }] })`,
  "a property's name": `({ ["${CANARY}"]: 1 })`,
  "a hidden property": `Object.defineProperty({}, "a", { value: "${CANARY}" })`,
  "a symbol": `({ [Symbol("a")]: "${CANARY}" })`,
  "a symbol's name": `({ [Symbol("${CANARY}")]: 1 })`,
  "a getter": `Object.defineProperty({}, "a", { get: () => "${CANARY}" })`,
  "an inherited getter": `new (class { b = "${CANARY}".slice(1); get a() { return "${CANARY}"[0] + this.b; } })()`,
  "a message": `new Error("${CANARY}")`,
  "a cause": `new Error("a", { cause: { b: "${CANARY}" } })`,
  "a map": `new Map([["a", "${CANARY}"]])`,
  toString: `({ toString: () => "${CANARY}" })`,
  toJSON: `({ toJSON: () => "${CANARY}" })`,
};

test("the sweep finds a key wherever it is hidden", async () => {
  for (const [where, code] of Object.entries(hidden)) {
    const around = await page.evaluate(`found(${code}, "${CANARY}")`);
    assert.ok(around?.includes(CANARY), where);
  }
  assert.equal(await page.evaluate(`found({ a: [new Error("b"), Symbol("c")] }, "${CANARY}")`), null);
});

describe("under every fault", { concurrency: 5 }, () => {
  for (const [name, fault] of faultsWith(IN_PAGE)) {
    test(name, async () => {
      const endpoint = fault.only ?? "get";
      const projectId = await emulator.newProject({ jobs: 0 });
      const jobId = await emulator.newJob({ projectId, ageMs: 86_400_000 });
      const when = endpoint === "get" ? { job: jobId } : { project: projectId };
      await emulator.addRules({ ...(fault.rule[endpoint] ?? fault.rule), name, when });
      const way = endpoint === "get" ? "getJob" : "listJobs";
      await sweep(emulator.url, { jobId, projectId }, { way, timeoutMs: fault.slow ? 1000 : 20_000 });
    });
  }
});

for (const [index, shape] of Object.keys(ECHOES).entries()) {
  test(`a server that echoes it in its headers and its body: ${shape}`, async () => {
    const ids = { jobId: `echo-${index}` };
    for (const status of STATUSES) {
      const outcome = await sweep(echo.url, ids);
      if (status !== 200) assert.equal(outcome.status, status === 302 ? 0 : status);
    }
    for (let call = 0; call < STATUSES.length; call++) {
      await sweep(echo.url, ids, { way: "waitForJob", intervalMs: 1, maxPollErrors: 2, maxWaitMs: 60_000 });
    }
  });
}

for (const status of [300, 301, 302, 303, 305, 307, 308]) {
  test(`a redirect ${status} takes nothing to another origin, nor elsewhere on the same`, async () => {
    const before = redirecting.requests.length;
    for (const target of TARGETS.keys()) {
      const outcome = await sweep(redirecting.url, { jobId: `${status}-${target}` });
      assert.equal(outcome.result, "http_error");
    }
    const gets = redirecting.requests.slice(before).filter(({ method }) => method === "GET");
    assert.deepEqual(
      gets.map(({ url }) => url.split("/").at(-1)),
      [...TARGETS.keys()].map((target) => `${status}-${target}`),
    );
  });
}

test("a result's URL is handed out and not fetched", async () => {
  const { resultUrl } = await sweep(finished.url, { jobId: "job_1" }, { way: "waitForJob" });
  assert.equal(resultUrl, result.resultUrl);
});

describe("when all is over", () => {
  test("no server but the base URL's was asked for anything, and that for nothing but jobs", () => {
    assert.deepEqual(other.requests, []);
    for (const { url } of echo.requests) assert.match(url, /^\/api\/open\/v1\/jobs\/echo-\d$/);
  });

  test("every request with the key went to the base URL's origin, in its header alone", () => {
    const allowed = [emulator, echo, redirecting, finished].map(({ url }) => url);
    let keyed = 0;
    for (const { url = "", request, headers } of sent.values()) {
      const { Authorization, authorization, ...rest } = { ...request?.headers, ...headers };
      assert.equal(JSON.stringify([url, { ...request, headers: null }, rest]).includes(CANARY), false, url);
      if (Authorization === undefined && authorization === undefined) continue;
      assert.ok(allowed.includes(new URL(url).origin), url);
      keyed++;
    }
    counts.requests = keyed;
    assert.ok(keyed >= counts.calls, `${keyed} requests seen for ${counts.calls} calls`);
  });

  test("nothing that was printed or thrown has it, as a debugger is told", () => {
    counts.messages = printed.length;
    assert.ok(printed.length >= 3 * counts.calls, `${printed.length}`);
    for (const message of printed) assert.equal(message.includes(CANARY), false, message.slice(0, 2000));
  });

  test("a debugger that looks into the client does not see it, private fields included", async () => {
    const { result } = await session.send("Runtime.evaluate", { expression: "swept[0]" });
    const properties = await session.send("Runtime.getProperties", { objectId: result.objectId });
    assert.ok(properties.privateProperties?.length > 0, "there are no private fields");
    assert.equal(JSON.stringify(properties).includes(CANARY), false);
  });

  test("the page keeps nothing of it: address, history, storage, performance entries, document", async () => {
    const kept = await page.evaluate(() => globalThis.kept());
    assert.ok(kept.includes(emulator.url));
    assert.equal(kept.includes(CANARY), false);
    assert.deepEqual(await page.context().cookies(), []);
  });
});

after(() => console.error(`• secrets in Chromium: ${JSON.stringify(counts)}`));
