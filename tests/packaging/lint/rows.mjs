// What is said about packages without running them. The tools are those of the root's lock file.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../lib/process.mjs";
import { here } from "../lib/workspace.mjs";

const root = join(here, "../..");
const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));

const lint = (environment, name, args, clean) => ({
  environment,
  version: packages[`node_modules/${name}`].version,
  how: "no finding in any entry",
  async run() {
    const { bin } = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
    const program = join(root, "node_modules", name, Object.values(bin)[0]);
    assert.match(await run(process.execPath, [program, process.env.PLANGREP_TARBALL, ...args]), clean);
  },
});

export const installs = [];
export const rows = [
  lint("publint", "publint", ["--strict"], /All good!/),
  lint("are-the-types-wrong", "@arethetypeswrong/cli", ["--format", "ascii"], /No problems found/),
];
