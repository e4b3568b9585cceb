import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { publint } from "publint";
import { given } from "./support/given.js";
import { install } from "./support/installed.js";

test("publint finds nothing", async () => {
  const pkgDir = join(install(), "node_modules/plangrep-client");
  const { messages } = await publint({ pkgDir, strict: true, pack: false });
  assert.deepEqual(messages, []);
});

test("are-the-types-wrong finds nothing in any entry, under any resolution", async () => {
  const attw = JSON.parse(
    readFileSync(new URL("../../node_modules/@arethetypeswrong/cli/package.json", import.meta.url)),
  );
  const program = new URL(`../../node_modules/@arethetypeswrong/cli/${attw.bin.attw}`, import.meta.url).pathname;
  const args = [program, given("PLANGREP_TARBALL"), "--format", "json"];
  const run = promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
  const { stdout } = await run.catch((error) => error);
  const { analysis } = JSON.parse(stdout);
  assert.deepEqual(Object.keys(analysis.entrypoints).sort(), [
    ".",
    "./external",
    "./package.json",
    "./plangrep_client.wasm",
  ]);
  assert.deepEqual(analysis.problems, []);
});
