// What keeps a process alive, and what does not: each scenario is a process of its own before a real server.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { job } from "../support/samples.js";
import { sendJson, serve } from "../support/server.js";

/** What one process may take, in ms; most take a second. */
const DEADLINE = 60_000;
const child = fileURLToPath(new URL("support/child.js", import.meta.url));

/** Runs a scenario to the end of its process. */
async function run(t, scenario) {
  let polls = 0;
  const { url, requests } = await serve(t, (request, response) => {
    const id = request.url.split("/").at(-1);
    if (id === "silent") {
      response.writeHead(200).flushHeaders();
      return;
    }
    const done = id === "job_1" && ++polls === 3;
    sendJson(response, 200, { job: job({ id, status: done ? "completed" : "processing" }) });
  });
  const { PLANGREP_API_KEY, PLANGREP_BASE_URL, ...env } = process.env;
  // With a deadline of its own, and no output of ours: a child that hangs would otherwise hold up the whole run, because
  // whoever reads that output waits for the last process that has it.
  const node = spawn(process.execPath, [child, scenario, url], { env, timeout: DEADLINE, killSignal: "SIGKILL" });
  t.after(() => node.kill("SIGKILL"));
  node.stdin.end();
  let complaint = "";
  node.stderr.setEncoding("utf8").on("data", (text) => {
    complaint += text;
  });
  let said = "";
  node.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const [code, signal] = await once(node, "close");
  assert.equal(signal, null, `the process was still there after ${DEADLINE} ms: ${said}${complaint}`);
  assert.equal(complaint, "");
  return { code, said: said.split("\n").slice(0, -1), requests: requests.length };
}

const outcomes = {
  "a wait": [["completed"], 3],
  "a watch": [["processing", "completed"], 3],
  "a wait that times out": [["rejected wait_timeout"], null],
  "a wait that is aborted while it sleeps": [["rejected AbortError"], 1],
  "a wait that is aborted in flight": [["rejected AbortError"], 1],
  "a watch that is left": [["processing"], 1],
  "a watch whose next is not called": [["processing"], 1],
  "a client that is closed": [["rejected client_closed"], 1],
};

for (const [scenario, [said, requests]] of Object.entries(outcomes)) {
  test(`${scenario} keeps its process alive until it ends, and no longer`, async (t) => {
    const result = await run(t, scenario);
    assert.equal(result.code, 0, "13 means that Node found nothing to wait for");
    assert.deepEqual(result.said, said);
    // How many polls a short time has room for is the machine's affair.
    if (requests !== null) assert.equal(result.requests, requests);
  });
}
