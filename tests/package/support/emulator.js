// A Plangrep API on this machine, for one test file.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { given } from "./given.js";

/**
 * Starts an emulator of its own on a free port.
 * @returns what it says of itself (`url`, `apiKey`, `samples`), and `stop()`.
 */
export async function startEmulator(...args) {
  const child = spawn(given("PLANGREP_EMULATOR"), ["--port", "0", "--exit-with-stdin", ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([once(lines, "line"), failure(child)]);
  const stop = async () => {
    child.stdin.end();
    await once(child, "exit");
  };
  return { ...JSON.parse(line), stop };
}

async function failure(child) {
  const [code] = await once(child, "exit");
  throw new Error(`the emulator ended at once, with code ${code}`);
}
