// What V8 does with callers that it compiled and then gives up while the call into the wasm runs.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);
const entry = new URL("../support/package.js", import.meta.url);

// The option is read within the call, which is compiled into its caller: there the caller is given up.
const program = (call) => `
  import { PlangrepClient } from ${JSON.stringify(entry)};
  const client = new PlangrepClient({ apiKey: "k".repeat(20), fetch: () => new Promise(() => {}) });
  let within = () => {};
  const options = { get signal() { within(); } };
  function call(id) { return ${call}; }
  for (let n = 0; n < 20_000; n++) call("job_" + (n % 50)).catch(() => {});
  %PrepareFunctionForOptimization(call);
  call("job_1").catch(() => {});
  call("job_2").catch(() => {});
  %OptimizeFunctionOnNextCall(call);
  call("job_3").catch(() => {});
  within = () => %DeoptimizeFunction(call);
  for (let n = 0; n < 10; n++) call("job_4").catch(() => {});
  client.close();
  console.log("alive");
`;

for (const name of ["getJob", "waitForJob", "resumeJob", "checkJob"]) {
  test(`a caller of ${name} that is given up during the call does not end the process`, async () => {
    const args = name === "checkJob" ? "id, null, options" : "id, options";
    const flags = ["--allow-natives-syntax", "--input-type=module", "--eval"];
    const { stdout } = await run(process.execPath, [...flags, program(`client.${name}(${args})`)]);
    assert.equal(stdout.trim(), "alive");
  });
}
