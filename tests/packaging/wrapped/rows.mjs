// What wraps the objects that it keeps: a client, its watches and its stores work all the same.

import { run } from "../lib/process.mjs";
import { outcomeIn, tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");

const row = (environment, name, how) => ({
  environment,
  version: version("wrapped", name),
  how,
  async run({ emulator, workspace }) {
    const app = await workspace.app("wrapped/app");
    const output = await run(node, [`${name}.mjs`], { cwd: app, env: { TASK: JSON.stringify(await emulator.task()) } });
    await emulator.verify(outcomeIn(output), "accepted");
  },
});

export const installs = ["wrapped", "node"];
export const rows = [
  row("Vue", "vue", "a client, watches and a store in `reactive`, `ref`, `readonly`"),
  row("Pinia", "pinia", "a client, watches and a store in its state"),
  row("Valtio", "valtio", "a client, watches and a store in a proxy and its snapshot"),
];
