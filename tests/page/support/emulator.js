// An emulator that serves the page, as a process of its own.

import { fileURLToPath } from "node:url";
import { startEmulator as start } from "../../support/emulator.js";

const root = new URL("../../../", import.meta.url);
const here = (path) => fileURLToPath(new URL(path, root));
const PROGRAM = process.env.PLANGREP_EMULATOR ?? here("target/debug/plangrep-emulator");

/**
 * Starts one with these arguments; gives what it says of itself, `order()` for its admin paths, and `close()`.
 * `env` is added to its environment.
 */
export async function startEmulator(args = [], env = {}) {
  const { stop, ...emulator } = await start(PROGRAM, ["--www", here("www"), "--pkg", here("pkg"), ...args], env);
  return { ...emulator, close: stop };
}
