import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { install } from "./support/installed.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = install();

const COMMON = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  target: "es2022",
};
const DOM = { lib: ["es2022", "dom"], types: [] };
const NODE = { lib: ["es2022"], types: ["node"] };

const cases = {
  "nodenext, ES module": { options: { ...DOM, module: "nodenext" }, file: "use.mts" },
  "nodenext, CommonJS": { options: { ...DOM, module: "nodenext" }, file: "use.cts" },
  "node16, ES module": { options: { ...DOM, module: "node16" }, file: "use.mts" },
  "node16, CommonJS": { options: { ...DOM, module: "node16" }, file: "use.cts" },
  bundler: { options: { ...DOM, module: "esnext", moduleResolution: "bundler" }, file: "use.ts" },
  "nodenext without dom, on @types/node": { options: { ...NODE, module: "nodenext" }, file: "use.mts" },
};

for (const [name, { options, file }] of Object.entries(cases)) {
  test(`types hold under ${name}`, () => {
    const project = join(folder, name.replaceAll(/\W/g, "-"));
    mkdirSync(project);
    cpSync(new URL("types/use.ts", import.meta.url), join(project, file));
    const compilerOptions = { ...COMMON, ...options, typeRoots: [join(root, "node_modules/@types")] };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "--project", project], { encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });
}
