// An emulator that serves the page, as a process of its own.

import { fileURLToPath } from "node:url";
import { startEmulator as start } from "../../support/emulator.js";

const root = new URL("../../../", import.meta.url);
const here = (path) => fileURLToPath(new URL(path, root));
const PROGRAM = process.env.PLANGREP_EMULATOR ?? here("target/debug/plangrep-emulator");

/** The page's libraries, from where npm put them. */
const libraries = { "lit-html": "lit-html", pico: "@picocss/pico" };
const libs = Object.entries(libraries).flatMap(([name, folder]) => [
  "--lib",
  `${name}=${here(`node_modules/${folder}`)}`,
]);

/**
 * Starts one with these arguments; gives what it says of itself, `order()` for its admin paths, and `close()`.
 * `env` is added to its environment.
 */
export async function startEmulator(args = [], env = {}) {
  const pages = ["--www", here("www"), "--pkg", here("pkg"), ...libs];
  const { stop, ...emulator } = await start(PROGRAM, [...pages, ...args], env);
  return { ...emulator, close: stop };
}
