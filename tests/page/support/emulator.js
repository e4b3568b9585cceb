// An emulator that serves the page, as a process of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = new URL("../../../", import.meta.url);
const here = (path) => fileURLToPath(new URL(path, root));
const PROGRAM = process.env.PLANGREP_EMULATOR ?? here("target/debug/plangrep-emulator");

/**
 * Starts one with these arguments; gives what it says of itself, `order()` for its admin paths, and `close()`.
 * `env` is added to its environment.
 */
export async function startEmulator(args = [], env = {}) {
  const pages = ["--www", here("www"), "--pkg", here("pkg"), "--port", "0", "--exit-with-stdin"];
  const libraries = { "lit-html": "lit-html", pico: "@picocss/pico" };
  const libs = Object.entries(libraries).flatMap(([name, folder]) => [
    "--lib",
    `${name}=${here(`node_modules/${folder}`)}`,
  ]);
  const child = spawn(PROGRAM, [...pages, ...libs, ...args], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([once(lines, "line"), once(child, "exit").then(ended)]);
  const hello = JSON.parse(line);
  return {
    ...hello,
    order: (method, path, body) => order(hello.admin, method, path, body),
    async close() {
      if (child.exitCode !== null) return;
      child.stdin.end();
      await once(child, "exit");
    },
  };
}

function ended([code]) {
  throw new Error(`the emulator ended with ${code} before it listened`);
}

async function order(admin, method, path, body) {
  const response = await fetch(`${admin}${path}`, { method, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}
