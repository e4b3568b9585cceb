// The declarations under tsc: TYPESCRIPT names another installed `typescript` folder to test with.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rejectionOf, thrownBy } from "../support/outcome.js";
import * as api from "../support/package.js";
import { job } from "../support/samples.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const typescript = resolve(process.env.TYPESCRIPT ?? join(root, "node_modules/typescript"));

// A program of its own beside the package, as a user has it.
const folder = mkdtempSync(join(tmpdir(), "plangrep-types-"));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "node_modules"));
symlinkSync(dirname(fileURLToPath(api.location)), join(folder, "node_modules/plangrep-client"), "junction");
writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
for (const name of ["contract.d.ts", "same.ts", "use.ts", "external.ts", "misuse.ts", "disposable.ts"]) {
  cpSync(new URL(name, import.meta.url), join(folder, name));
}
writeFileSync(join(folder, "runtime.ts"), await runtimeFacts());

const STRICT = { strict: true, noUncheckedIndexedAccess: false };
const DOM = { lib: ["es2022", "dom"], types: [] };
const NODE = { lib: ["es2022"], types: ["node"] };
const ALL = ["same.ts", "use.ts", "external.ts", "misuse.ts", "runtime.ts"];

const cases = {
  "strict, with the dom library": { options: { ...STRICT, ...DOM }, files: ALL },
  "strict, with @types/node alone": { options: { ...STRICT, ...NODE }, files: ALL },
  "as strict as can be": {
    options: {
      ...STRICT,
      ...DOM,
      exactOptionalPropertyTypes: true,
      noUncheckedSideEffectImports: true,
      isolatedModules: true,
      verbatimModuleSyntax: true,
    },
    files: ["same.ts", "use.ts", "external.ts", "runtime.ts"],
  },
  "not strict": { options: { strict: false, ...DOM }, files: ["use.ts", "external.ts"] },
  "with explicit resource management": {
    options: { ...STRICT, ...DOM, lib: [...DOM.lib, "esnext.disposable"] },
    files: ["same.ts", "use.ts", "disposable.ts"],
  },
};

for (const [name, { options, files }] of Object.entries(cases)) {
  test(`the declarations hold ${name}`, () => {
    const project = join(folder, `${name.replaceAll(/\W+/g, "-")}.json`);
    const compilerOptions = {
      ...{ module: "nodenext", target: "es2022", skipLibCheck: false, noEmit: true },
      ...{ typeRoots: [join(root, "node_modules/@types")], ...options },
    };
    writeFileSync(project, JSON.stringify({ compilerOptions, files }));
    const tsc = spawnSync(process.execPath, [join(typescript, "bin/tsc"), "--project", project], { encoding: "utf8" });
    assert.equal(tsc.status, 0, unlikeContract(tsc.stdout) + tsc.stdout + tsc.stderr);
  });
}

/** In words, what errors in `same.ts` mean: each of its lines there has the name of a type. */
function unlikeContract(output) {
  const lines = readFileSync(join(folder, "same.ts"), "utf8").split("\n");
  const types = [...output.matchAll(/same\.ts\((\d+),/g)].map(([, line]) => /\w+/.exec(lines[line - 1])?.[0]);
  if (types.length === 0) return "";
  const all = [...new Set(types)].join(", ");
  return `pkg-template/index.d.ts and tests/types/contract.d.ts differ in ${all}: make them the same next\n`;
}

/**
 * A program that compiles only if the declarations name exactly what is there at run time: the statuses, the options
 * that are taken, the fields of a job and of the errors.
 */
async function runtimeFacts() {
  const statuses = api.jobStatuses();
  const client = new api.PlangrepClient({ apiKey: "k", fetch: async () => new Response("{}", { status: 404 }) });
  const optionsOf = ({ message }) => message.split("there are ")[1].split(", ");
  const wrong = { noSuchOption: 1 };
  // Without what every error may have.
  const common = ["code", "jobId", "projectId", "url"];
  const ownFacts = (error) => Object.keys(error).filter((fact) => !common.includes(fact));
  const facts = {
    KnownJobStatus: statuses.map(({ status }) => status),
    TerminalJobStatus: statuses.filter(({ terminal }) => terminal).map(({ status }) => status),
    "keyof JobStatusInfo": Object.keys(statuses[0]),
    "keyof BillingSummary": Object.keys(api.summarizeBilling([])),
    "keyof Job": Object.keys(job()),
    "keyof ClientOptions": optionsOf(thrownBy(() => new api.PlangrepClient(wrong))),
    "keyof RequestOptions": optionsOf(await rejectionOf(client.getJob("x", wrong))),
    "keyof WaitOptions": optionsOf(await rejectionOf(client.waitForJob("x", wrong))),
    "keyof CheckOptions": optionsOf(await rejectionOf(client.checkJob("x", null, wrong))),
    "keyof WatchOptions": optionsOf(thrownBy(() => client.watchJob("x", wrong))),
    "keyof WatchProjectOptions": optionsOf(thrownBy(() => client.watchProject("x", wrong))),
    "Exclude<keyof ApiError, keyof PlangrepError>": ownFacts(await rejectionOf(client.getJob("x"))),
    "Exclude<keyof InvalidArgumentError, keyof PlangrepError>": ownFacts(thrownBy(() => new api.PlangrepClient(wrong))),
    "keyof typeof import('plangrep-client')": Object.keys(api).filter(
      (name) => name !== "location" && name !== "anotherCopy",
    ),
  };
  const lines = Object.entries(facts).map(([type, names], index) => {
    const members = names.map((name) => `${JSON.stringify(name)}: true`);
    return `export const fact${index}: Record<${type}, true> = { ${members.join(", ")} };\n`;
  });
  return `import type { ${importsOf(Object.keys(facts))} } from "plangrep-client";\n${lines.join("")}`;
}

function importsOf(types) {
  const names = types
    .flatMap((type) => type.match(/\b[A-Z]\w+/g))
    .filter((name) => name !== "Exclude" && name !== "Error");
  return [...new Set(names)].join(", ");
}
