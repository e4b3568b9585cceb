// The key goes to the base URL's origin and is seen nowhere else: not in what is handed out, told or printed.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { inspect } from "node:util";
import { PlangrepClient } from "../support/package.js";
import { getJobBody } from "../support/samples.js";
import { sendJson, serve } from "../support/server.js";
import { ECHOES, echoHeaders, STATUSES } from "./support/echoes.js";
import { emulated } from "./support/emulated.js";
import { FAULTS } from "./support/faults.js";
import { outcomeWithin } from "./support/page/within.js";
import { redirectTargets } from "./support/redirects.js";

const KEY = "pgk_live_canary0123456789abcdef";
const emulator = await emulated("--api-key", KEY);
const printed = [];
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream);
  stream.write = (chunk, ...rest) => {
    printed.push(String(chunk));
    return write(chunk, ...rest);
  };
}
let swept = 0;

/** Everything by which a value can be looked at, and whatever it leads to, as one text. */
function everythingOf(value, seen = new Set()) {
  const look = (how) => {
    try {
      return how() ?? "";
    } catch {
      return "";
    }
  };
  const all = { depth: Infinity, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null };
  const texts = [
    look(() => inspect(value, all)),
    look(() => JSON.stringify(value)),
    look(() => String(value)),
    look(() => inspect(structuredClone(value), all)),
  ];
  if (typeof value === "object" && value !== null && !seen.has(value)) {
    seen.add(value);
    for (const inner of [value.cause, value.error, value.lastError, value.body]) {
      if (inner !== undefined) texts.push(everythingOf(inner, seen));
    }
  }
  return texts.join("\n");
}

function assertFree(value, what) {
  swept++;
  const text = everythingOf(value);
  const at = text.indexOf(KEY.slice(9));
  assert.equal(at, -1, `${what}: …${text.slice(Math.max(0, at - 100), at + 100)}…`);
}

describe("under every fault", { concurrency: 10 }, () => {
  for (const [name, fault] of Object.entries(FAULTS)) {
    test(name, async () => {
      const endpoint = fault.only ?? "get";
      const projectId = await emulator.newProject({ jobs: 0 });
      const jobId = await emulator.newJob({ projectId, ageMs: 86_400_000 });
      const when = endpoint === "get" ? { job: jobId } : { project: projectId };
      await emulator.addRules({ ...(fault.rule[endpoint] ?? fault.rule), name, when });
      const events = [];
      const client = new PlangrepClient({
        baseUrl: emulator.url,
        apiKey: KEY,
        maxRetries: 1,
        onEvent: (e) => events.push(e),
      });
      const options = { timeoutMs: fault.slow ? 1000 : 20_000 };
      const call = endpoint === "get" ? client.getJob(jobId, options) : client.listJobs(projectId, options);
      const outcome = await outcomeWithin(call);
      assert.notEqual(outcome.hangs, true);
      assertFree(outcome, "outcome");
      assertFree(events, "events");
      assertFree(client, "client");
    });
  }
});

for (const [shape, make] of Object.entries(ECHOES)) {
  test(`a server that echoes it in its headers and its body: ${shape}`, async (t) => {
    const { url } = await serve(t, (request, response, number) => {
      const said = request.headers.authorization;
      const status = STATUSES[(number - 1) % STATUSES.length];
      sendJson(response, status, make(said), echoHeaders(said));
    });
    const events = [];
    const client = new PlangrepClient({
      baseUrl: url,
      apiKey: KEY,
      maxRetries: 0,
      pollFloorMs: 1,
      onEvent: (e) => events.push(e),
    });
    for (let call = 0; call < 8; call++) assertFree(await outcomeWithin(client.getJob("job_1")), `call ${call}`);
    const wait = { intervalMs: 1, maxPollErrors: 2, maxWaitMs: 60_000 };
    for (let call = 0; call < 8; call++)
      assertFree(await outcomeWithin(client.waitForJob("job_1", wait)), `wait ${call}`);
    assertFree(events, "events");
  });
}

for (const status of [300, 301, 302, 303, 305, 307, 308]) {
  test(`a redirect ${status} takes nothing to another origin, nor elsewhere on the same`, async (t) => {
    const other = await serve(t, (_, response) => sendJson(response, 200, getJobBody));
    const targets = [...redirectTargets(other.url), ""];
    const own = await serve(t, (_, response, number) => {
      sendJson(response, status, "", { location: targets[(number - 1) % targets.length] });
    });
    const client = new PlangrepClient({ baseUrl: own.url, apiKey: KEY });
    for (const target of targets) {
      const { error } = await outcomeWithin(client.getJob("job_1"));
      assert.deepEqual([error?.code, error?.status], ["http_error", status], target);
    }
    assert.equal(own.requests.length, targets.length);
    assert.equal(other.requests.length, 0);
  });
}

test("a result's URL is handed out and not fetched", async (t) => {
  const storage = await serve(t, (_, response) => sendJson(response, 200, {}));
  const job = { ...JSON.parse(getJobBody).job, id: "job_1", status: "completed", resultUrl: `${storage.url}/?token=x` };
  const own = await serve(t, (_, response) => sendJson(response, 200, { job }));
  const client = new PlangrepClient({ baseUrl: own.url, apiKey: KEY });
  assert.equal((await client.waitForJob("job_1")).resultUrl, job.resultUrl);
  assert.equal(own.requests[0].headers.authorization, `Bearer ${KEY}`);
  assert.equal(storage.requests.length, 0);
});

test("nothing that was printed has it", () => {
  assert.equal(printed.join("").includes(KEY.slice(9)), false);
});

after(() => console.error(`• secrets: ${swept} values swept`));
