// A recipe as a user has it: copied into a folder of its own, beside the installed packages.

import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { location } from "../../support/package.js";
import { run, temporary } from "./servers.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** `tests` is where what it imports was installed. */
export function copied(t, name, tests = "tests/durable") {
  const folder = temporary(t, name);
  cpSync(join(root, "recipes", name), folder, { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  const installed = join(root, tests, "node_modules");
  for (const module of readdirSync(installed))
    symlinkSync(join(installed, module), join(folder, "node_modules", module));
  symlinkSync(dirname(fileURLToPath(location)), join(folder, "node_modules/plangrep-client"));
  return folder;
}

/** A process that works; `file` exports `work`, which is given `argument`, an expression. */
export function worker(t, folder, file, env, argument = "") {
  const program = join(folder, "worker.mjs");
  writeFileSync(program, `import { work } from "./${file}";\nawait work(${argument});\n`);
  return run(t, process.execPath, [program], { cwd: folder, env: { ...process.env, ...env } });
}

/** The recipe's functions, in a process of their own, which ends with the test whatever they leave open. */
export function caller(t, folder, file, env) {
  const program = join(folder, "call.mjs");
  writeFileSync(
    program,
    `import * as recipe from "./${file}";
process.on("message", async ({ number, name, id }) => {
  const error = await recipe[name](id).then(() => null, (error) => String(error?.stack ?? error));
  process.send({ number, error });
});
`,
  );
  const stdio = ["ignore", "ignore", "inherit", "ipc"];
  const { child, ended } = run(t, process.execPath, [program], { cwd: folder, env: { ...process.env, ...env }, stdio });
  const waiting = new Map();
  child.on("message", ({ number, error }) => {
    const { resolve, reject } = waiting.get(number);
    waiting.delete(number);
    error === null ? resolve() : reject(new Error(error));
  });
  ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error("the recipe's process ended"));
  });
  let last = 0;
  return (name) => (id) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      child.send({ number: last, name, id });
    });
}
