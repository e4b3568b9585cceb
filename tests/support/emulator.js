// A Plangrep API on this machine, as a process of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/**
 * Starts the program on a free port; it ends with this process. `env` is added to its environment.
 * @returns what it says of itself (`url`, `apiKey`, `samples` …), `order(method, path, body)` for what is below
 *   `/_emulator/`, and `stop()`.
 */
export async function startEmulator(program, args = [], env = {}) {
  const child = spawn(program, ["--port", "0", "--exit-with-stdin", ...args], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([once(lines, "line"), once(child, "exit").then(tooSoon)]);
  const hello = JSON.parse(line);
  async function stop() {
    if (child.exitCode !== null) return;
    child.stdin.end();
    await once(child, "exit");
  }
  return { ...hello, order: (method, path, body) => order(hello.admin + path, method, body), stop };
}

function tooSoon([code]) {
  throw new Error(`the emulator ended with ${code} before it listened`);
}

async function order(url, method, body) {
  const response = await fetch(url, { method, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}
