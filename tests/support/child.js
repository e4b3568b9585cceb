// Child processes of tests: none outlives its test file for long, and none holds the file's output open, which would keep
// the whole run waiting.

import { spawn } from "node:child_process";

/** In ms. Less than a test file may take, so that the file ends with what its child said. */
const DEADLINE_MS = 240_000;

/** As `spawn`. What the child says goes to this process's standard error, but for `stdout: true`: that is the caller's. */
export function startChild(program, args, { stdout = false, ...options } = {}) {
  const child = spawn(program, args, {
    timeout: DEADLINE_MS,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
  });
  child.stderr.pipe(process.stderr, { end: false });
  if (!stdout) child.stdout.pipe(process.stderr, { end: false });
  return child;
}
