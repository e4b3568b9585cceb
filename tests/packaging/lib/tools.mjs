// The tools that the groups' lock files pin.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { here } from "./workspace.mjs";

/** The version of a package that a group's lock file names. */
export function version(group, name) {
  const lock = JSON.parse(readFileSync(join(here, group, "package-lock.json"), "utf8"));
  return lock.packages[`node_modules/${name}`].version;
}

/** A file of a group's tools. */
export const tool = (group, path) => join(here, group, "node_modules", path);

/** What check.mjs gave, from what a program printed. */
export function outcomeIn(output) {
  const line = output.match(/^\{"job":.*$/m)?.[0];
  if (!line) throw new Error(`no outcome was printed:\n${output}`);
  return JSON.parse(line);
}
