// The declarations under each TypeScript and each way to resolve modules. What users write is in tests/types.

import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../lib/process.mjs";
import { tool, version } from "../lib/tools.mjs";
import { here } from "../lib/workspace.mjs";

const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  target: "es2022",
};
const dom = { lib: ["es2022", "dom"], types: [] };
const node = { lib: ["es2022"], types: ["node"] };
const disposable = { lib: ["es2022", "esnext.disposable", "dom"], types: [] };
const bundler = { module: "esnext", moduleResolution: "bundler" };

const sources = ["use", "external", "disposable"];
const as = (...endings) => endings.flatMap((ending) => [`use.${ending}`, `external.${ending}`]);
const both = as("mts", "cts");
const projects = {
  "nodenext-dom": { options: { module: "nodenext", ...dom }, files: both },
  "nodenext-node": { options: { module: "nodenext", ...node }, files: both },
  "node16-dom": { options: { module: "node16", ...dom }, files: both },
  "node16-node": { options: { module: "node16", ...node }, files: both },
  "bundler-dom": { options: { ...bundler, ...dom }, files: as("ts") },
  "bundler-node": { options: { ...bundler, ...node }, files: as("ts") },
  disposable: { options: { module: "nodenext", ...disposable }, files: ["disposable.mts"] },
};

const typescript = (name) => ({
  environment: "TypeScript",
  version: version("types", name),
  how: "nodenext, node16 (ESM, CommonJS), bundler; with dom, with @types/node; await using",
  async run({ workspace }) {
    const app = await workspace.app("types");
    for (const name of sources) {
      for (const ending of ["ts", "mts", "cts"]) {
        await copyFile(join(here, `../types/${name}.ts`), join(app, `${name}.${ending}`));
      }
    }
    for (const [project, { options, files }] of Object.entries(projects)) {
      const compilerOptions = { ...strict, ...options, typeRoots: [tool("types", "@types")] };
      const config = join(app, `tsconfig.${project}.json`);
      await writeFile(config, JSON.stringify({ compilerOptions, files }));
      await run(process.execPath, [tool("types", `${name}/bin/tsc`), "--project", config], { cwd: app });
    }
  },
});

export const rows = ["typescript-5.6", "typescript-5.9", "typescript-7"].map(typescript);
