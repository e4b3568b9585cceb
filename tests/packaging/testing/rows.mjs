// What tests of an application run in: pages that Jest and Vitest play, browsers that they start, and mocks of the
// network.

import { run } from "../lib/process.mjs";
import { outcomeIn, tool, version } from "../lib/tools.mjs";

const node = tool("node", "node-26/bin/node");

const row = (environment, name, folder, how, args, literalKey, env = {}) => ({
  environment,
  version: version("testing", name),
  how,
  async run({ emulator, workspace }) {
    const app = await workspace.app(`testing/${folder}`);
    const task = JSON.stringify(await emulator.task());
    const output = await run(node, args, { cwd: app, env: { TASK: task, ...env } });
    await emulator.verify(outcomeIn(output), literalKey);
  },
});

const jest = (environment, ...files) => [tool("testing", "jest/bin/jest.js"), `--env=${environment}`, ...files];
const vitest = (...args) => [tool("testing", "vitest/vitest.mjs"), "run", ...args];
const mocked = (name, how) => row(name, name.toLowerCase(), name.toLowerCase(), how, ["app.mjs"], "accepted");

// Most of these want a newer Node than the oldest that the package supports.
export const installs = ["testing", "node"];
export const rows = [
  row("Jest, jsdom", "jest", "jest-dom", "with Node's fetch", jest("./environment.js"), "refused"),
  row("Jest, happy-dom", "jest", "jest-dom", "its own fetch", jest("@happy-dom/jest-environment", "app"), "refused"),
  row("Vitest, jsdom", "vitest", "vitest-dom", "its fetch", vitest("--environment=jsdom"), "refused"),
  row("Vitest, happy-dom", "vitest", "vitest-dom", "its fetch", vitest("--environment=happy-dom"), "refused"),
  row("Vitest, browser mode", "vitest", "vitest-browser", "in Chromium", vitest(), "refused"),
  mocked("msw", "a server that it plays"),
  mocked("nock", "a server that it plays"),
  mocked("undici", "its MockAgent, under Node's fetch and its own"),
];
