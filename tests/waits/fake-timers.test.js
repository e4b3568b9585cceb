// Users' own tests: a job of four hours in milliseconds, with the fake timers that they have.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";
import FakeTimers from "@sinonjs/fake-timers";
import { flush } from "../support/flush.js";
import { location, PlangrepClient } from "../support/package.js";
import { job, KEY } from "../support/samples.js";

const HOURS = 3_600_000;
const START = Date.parse("2026-01-01T00:00:00Z");

/** A client before a job of 1 000 pages that takes so long on the clock that `now` tells. */
function longJob(now, length, respond = (body) => new Response(body)) {
  const requests = [];
  const fetch = async () => {
    const age = now() - START;
    requests.push(age);
    const pages = Math.min(1_000, Math.floor((age / length) * 1_000));
    const updatedAt = new Date(START + Math.min(age, length)).toISOString();
    const status = age < length ? "processing" : "completed";
    return respond(JSON.stringify({ job: job({ status, pageCount: 1_000, successfulPageCount: pages, updatedAt }) }));
  };
  return { client: new PlangrepClient({ apiKey: KEY, fetch }), requests };
}

/** Ticks until the promise is settled; gives what it was settled with. */
async function settle(promise, tick) {
  let settled;
  promise.then(
    (value) => (settled = { value }),
    (error) => (settled = { error }),
  );
  for (let turn = 0; turn < 20_000 && !settled; turn++) {
    await flush();
    if (!settled) tick();
  }
  return settled;
}

test("@sinonjs/fake-timers", async (t) => {
  const clock = FakeTimers.install({ now: START, toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  t.after(() => clock.uninstall());
  const { client, requests } = longJob(Date.now, 4 * HOURS);
  const { value } = await settle(client.waitForJob("job_1"), () => clock.next());
  assert.equal(value.status, "completed");
  const late = Date.now() - START - 4 * HOURS;
  assert.ok(late >= 0 && late <= 30_000, `${late}`);
  assert.ok(requests.length <= 4 * 360, `${requests.length}`);
  assert.equal(clock.countTimers(), 0);
});

test("@sinonjs/fake-timers with all that it fakes, microtasks too, moved by tickAsync", async (t) => {
  const clock = FakeTimers.install({ now: START, shouldClearNativeTimers: true });
  t.after(() => clock.uninstall());
  // Node's own Response hangs without its microtasks: a mock has no stream.
  const respond = (body) => ({ status: 200, headers: new Headers(), text: async () => body });
  const { client } = longJob(Date.now, 0.5 * HOURS, respond);
  const updates = [];
  const wait = client.waitForJob("job_1", { onUpdate: ({ terminal }) => updates.push(terminal) });
  await clock.tickAsync(0.5 * HOURS + 30_000);
  assert.equal((await wait).status, "completed");
  assert.equal(updates.at(-1), true);
  assert.equal(clock.countTimers(), 0);
});

for (const apis of [["setTimeout", "Date"], ["setTimeout"]]) {
  test(`node:test's mock timers of ${apis.join(" and ")}, where the monotonic clock goes its own way`, async (t) => {
    t.mock.timers.enable({ apis, ...(apis.includes("Date") && { now: START }) });
    let passed = 0;
    const tick = (ms) => {
      passed += ms;
      t.mock.timers.tick(ms);
    };
    const { client, requests } = longJob(() => START + passed, 4 * HOURS);
    const { value } = await settle(client.waitForJob("job_1"), () => tick(1_000));
    assert.equal(value.status, "completed");
    assert.ok(passed >= 4 * HOURS && passed <= 4 * HOURS + 31_000, `${passed}`);
    assert.ok(requests.length > 100 && requests.length <= 4 * 361, `${requests.length}`);
  });

  test(`maxWaitMs is exact with node:test's mock timers of ${apis.join(" and ")}`, async (t) => {
    t.mock.timers.enable({ apis, ...(apis.includes("Date") && { now: START }) });
    let passed = 0;
    const { client, requests } = longJob(() => START + passed, 4 * HOURS);
    const wait = client.waitForJob("job_1", { maxWaitMs: 60_000, intervalMs: 7_000 });
    const { error } = await settle(wait, () => {
      passed += 100;
      t.mock.timers.tick(100);
    });
    assert.deepEqual([error?.code, passed], ["wait_timeout", 60_000]);
    assert.equal(requests.length, 9);
  });
}

test("the README's example of a test passes as it stands there", async () => {
  const readme = await readFile(new URL("../../pkg-template/README.md", import.meta.url), "utf8");
  const [example] = readme.split("```js\n").filter((block) => block.includes("mock.timers"));
  const code = `import assert from "node:assert/strict";
    import { PlangrepClient } from ${JSON.stringify(location)};
    ${example.slice(0, example.indexOf("```"))}`;
  // A test runner of its own, which does not know of this one.
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const args = ["--test-reporter=tap", "--input-type=module", "--eval", code];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env,
    timeout: 120_000,
    killSignal: "SIGKILL",
  });
  assert.match(stdout, /^# pass 1$/m);
  assert.match(stdout, /^# fail 0$/m);
});
