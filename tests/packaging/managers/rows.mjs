// Package managers that keep packages apart: what is found is only what was asked for.

import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../lib/process.mjs";
import { outcomeIn, tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");
const yarn = tool("managers", "@yarnpkg/cli-dist/bin/yarn.js");
const pnpm = tool("managers", "pnpm/bin/pnpm.cjs");

const row = (environment, name, how, settings, install, start) => ({
  environment,
  version: version("managers", name),
  how,
  async run({ emulator, workspace }) {
    const app = await workspace.app("managers/app", { bare: true });
    await cp(workspace.tarball, join(app, "library/plangrep-client.tgz"));
    for (const [file, text] of Object.entries(settings)) await writeFile(join(app, file), text);
    // Stores of their own: nothing of this machine's takes part, and nothing is left on it.
    const env = { HOME: app, XDG_DATA_HOME: app, XDG_CACHE_HOME: app, XDG_STATE_HOME: app, YARN_ENABLE_TELEMETRY: "0" };
    await run(node, install, { cwd: app, env });
    const output = await run(node, start, { cwd: app, env: { ...env, TASK: JSON.stringify(await emulator.task()) } });
    await emulator.verify(outcomeIn(output), "accepted");
  },
});

export const installs = ["managers", "node"];
export const rows = [
  row(
    "Yarn, Plug'n'Play",
    "@yarnpkg/cli-dist",
    "through a library, import and require, out of its archive",
    { ".yarnrc.yml": "nodeLinker: pnp\nenableGlobalCache: false\n", "yarn.lock": "" },
    [yarn, "install", "--no-immutable"],
    [yarn, "node", "app.mjs"],
  ),
  row(
    "pnpm, without hoisting",
    "pnpm",
    "through a library, import and require",
    { ".npmrc": "hoist=false\nnode-linker=isolated\nupdate-notifier=false\n" },
    [pnpm, "install", "--no-frozen-lockfile", "--ignore-scripts"],
    ["app.mjs"],
  ),
];
