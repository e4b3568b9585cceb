// The packed tarball, installed in an empty folder as a user would.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { given } from "./given.js";

/** @returns the folder; `node_modules/plangrep-client` is in it. Removed when the process ends. */
export function install() {
  const folder = mkdtempSync(join(tmpdir(), "plangrep-client-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const args = ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", [...args, given("PLANGREP_TARBALL")], { cwd: folder, shell: process.platform === "win32" });
  return folder;
}

/** `import()` and `require()` as a file in `folder` has them. */
export async function loaders(folder) {
  const file = join(folder, "load.mjs");
  writeFileSync(file, "export const load = (specifier) => import(specifier);\n");
  const { load } = await import(pathToFileURL(file).href);
  return { load, require: createRequire(file) };
}
