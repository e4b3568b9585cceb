// Programs that are run to their end, and servers that are run until stopped.

import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const environment = {
  ...process.env,
  // Nothing may fetch a browser, call home, or take the key from where the tests run.
  NEXT_TELEMETRY_DISABLED: "1",
  PUPPETEER_SKIP_DOWNLOAD: "1",
  PARCEL_DISABLE_TELEMETRY: "1",
  SE_AVOID_STATS: "true",
  SE_OFFLINE: "true",
  DENO_NO_UPDATE_CHECK: "1",
  DO_NOT_TRACK: "1",
  NO_COLOR: "1",
  PLANGREP_API_KEY: "",
  PLANGREP_BASE_URL: "",
};

/** What ends the programs that still run when this process ends, however that comes. */
const running = new Set();
process.on("exit", () => {
  for (const kill of running) kill();
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

function start(program, args, { cwd, env, stdin = "ignore" } = {}) {
  const child = spawn(program, args, {
    cwd,
    env: { ...environment, ...env },
    stdio: [stdin, "pipe", "pipe"],
    // A group of its own, so that what it starts ends with it.
    detached: true,
  });
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output.text += text;
    });
  }
  const closed = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal));
  });
  closed.catch(() => {});
  const kill = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  };
  running.add(kill);
  child.once("close", () => running.delete(kill));
  return { output, closed, kill, command: [program, ...args].join(" ") };
}

/** Runs to the end and gives standard output and error as one text; an exit code other than 0 throws with it. */
export async function run(program, args, { timeoutMs = 180_000, ...options } = {}) {
  const { output, closed, kill, command } = start(program, args, options);
  const timer = setTimeout(kill, timeoutMs);
  const code = await closed.finally(() => clearTimeout(timer));
  if (code !== 0) throw new Error(`${command}: ended with ${code}\n${output.text}`);
  return output.text;
}

/** Starts a server that is ready once `url` answers; gives what stops it. */
export async function serve(program, args, url, options) {
  // Two Wranglers that start at the same moment take the same port for a purpose of their own.
  if (!args.some((arg) => arg.endsWith("/wrangler.js"))) return await serveNow(program, args, url, options);
  const served = wranglers.then(() => serveNow(program, args, url, options));
  wranglers = served.catch(() => {});
  return await served;
}

let wranglers = Promise.resolve();

async function serveNow(program, args, url, { timeoutMs = 120_000, ...options } = {}) {
  // Some stop when their standard input ends.
  const { output, closed, kill, command } = start(program, args, { ...options, stdin: "pipe" });
  let ended = false;
  closed
    .catch(() => {})
    .finally(() => {
      ended = true;
    });
  const deadline = performance.now() + timeoutMs;
  while (!(await answers(url))) {
    if (ended || performance.now() > deadline) {
      kill();
      throw new Error(`${command}: ${ended ? "has ended" : "is not ready"}\n${output.text}`);
    }
    await sleep(50);
  }
  const stop = async () => {
    kill();
    await closed;
  };
  return { stop, output };
}

const answers = (url) =>
  fetch(url).then(
    (response) => response.body?.cancel().then(() => response.ok) ?? response.ok,
    () => false,
  );

/** The promise, or an error once it takes too long. */
export async function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms / 1000} s`)), ms);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
