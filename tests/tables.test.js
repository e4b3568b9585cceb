// One fact, one place: what the core's tables say and other files repeat, in words or in another language, is as the
// tables have it. Each test names the file to change next. The tables come from `src/core`: see `support/tables.js`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FIELDS } from "./faults/support/model.js";
import { errorCodes, jobFields, operations, pollFloorMs, retriedStatuses, statuses, tables } from "./support/tables.js";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const names = (fields) => fields.map(({ name }) => name);

/** Fails with the names that the file lacks or has too many, and says where the truth is. */
function assertSame(file, what, found, expected) {
  const lacks = expected.filter((each) => !found.includes(each));
  const tooMany = found.filter((each) => !expected.includes(each));
  assert.deepEqual({ lacks, tooMany }, { lacks: [], tooMany: [] }, `change ${what} in ${file} next`);
}

/** The text between two others, both of which must be there. */
function between(text, from, to) {
  const start = text.indexOf(from);
  const end = text.indexOf(to, start + from.length);
  assert.ok(start >= 0 && end >= 0, `there is no ${from} … ${to}`);
  return text.slice(start + from.length, end);
}

const DECLARATIONS = "pkg-template/index.d.ts";
const declarations = read(DECLARATIONS);
const CONTRACT = "tests/types/contract.d.ts";
const contract = read(CONTRACT);
/** Where the types are told: to users, and to the test that holds the first to mean what the second does. */
const TOLD = [
  [DECLARATIONS, declarations],
  [CONTRACT, contract],
];
const MANUAL = "pkg-template/README.md";
const manual = read(MANUAL);

/** The type of each field of an interface in such declarations. */
function declared(text, name) {
  const body = between(text, `export interface ${name} {`, "\n}");
  return Object.fromEntries(
    [...body.matchAll(/^ {2}readonly (\w+): (.+);$/gm)].map(([, field, type]) => [field, type]),
  );
}

/** What a type of the declarations is to be for a row of the table. */
function typeFits(type, { shape, nullable }) {
  const [base, ...rest] = type.split(" | ");
  const isNullable = rest.includes("null");
  if (shape === "list") return /^readonly \w+\[\]$/.test(type);
  const fits =
    { text: ["string", "JobStatus"].includes(base), number: base === "number" }[shape] ?? /^Job\w+$/.test(base);
  return fits && isNullable === nullable;
}

for (const [file, text] of TOLD) {
  test(`the job's fields: ${file}`, () => {
    const check = (name, fields) => {
      const types = declared(text, name);
      assertSame(file, `interface ${name}`, Object.keys(types), names(fields));
      for (const field of fields) {
        const type = types[field.name];
        assert.ok(typeFits(type, field), `change ${field.name}: ${type} in interface ${name} of ${file} next`);
        if (field.fields) check(/Job\w+/.exec(type)[0], field.fields);
      }
    };
    check("Job", jobFields);
  });
}

test("the job's fields: the independent oracle, tests/faults/support/model.js", () => {
  const check = (oracle, fields) => {
    assertSame("tests/faults/support/model.js", "FIELDS", Object.keys(oracle), names(fields));
    for (const { name, fields: inner } of fields) if (inner) check([oracle[name]].flat()[0], inner);
  };
  check(FIELDS, jobFields);
});

test("the job's fields: the benchmark's schema, tests/bench/lib/schema.js", () => {
  const body = between(read("tests/bench/lib/schema.js"), "export const Job = z.looseObject({", "\n});");
  const found = [...body.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
  assertSame("tests/bench/lib/schema.js", "Job", found, names(jobFields));
});

for (const [file, text] of TOLD) {
  test(`the statuses: ${file}`, () => {
    const literals = (name) =>
      [...between(text, `export type ${name} =`, ";").matchAll(/"(\w+)"/g)].map(([, of]) => of);
    const terminal = statuses.filter((row) => row.terminal).map(({ status }) => status);
    const others = statuses.filter((row) => !row.terminal).map(({ status }) => status);
    assertSame(file, "TerminalJobStatus", literals("TerminalJobStatus"), terminal);
    assertSame(file, "KnownJobStatus", literals("KnownJobStatus"), others);
  });
}

// These are the facade's own: there is no wasm then to say them.
const FACADE_CODES = ["wasm_unavailable", "internal"];
const allCodes = [...errorCodes, ...FACADE_CODES];

for (const [file, text] of TOLD) {
  test(`the error codes: ${file}`, () => {
    const literals = (type) => [...type.matchAll(/"(\w+)"/g)].map(([, code]) => code);
    assertSame(file, "ErrorCode", literals(between(text, "export type ErrorCode =", ";\n\n")), allCodes);
    const body = between(text, "export class ApiError extends PlangrepError {", "\n}");
    const ofStatuses = [...Object.values(tables.errorCodeByStatus), "http_error"];
    assertSame(file, "the type of code in ApiError", literals(between(body, "readonly code:", ";")), ofStatuses);
  });
}

test(`the error codes by status: the comment above ApiError in ${DECLARATIONS}`, () => {
  const byStatus = tables.errorCodeByStatus;
  const comment = between(declarations, "and not with success. By status:", "export class ApiError");
  const told = [...comment.matchAll(/(\w+) "(\w+)"/g)].map(([, status, code]) => `${status} "${code}"`);
  const expected = Object.entries(byStatus).map(([status, code]) => `${status} "${code}"`);
  assertSame(DECLARATIONS, "the comment above ApiError", told, [...expected, 'other "http_error"']);
});

test(`the error codes: the table of ${MANUAL}`, () => {
  const table = between(manual, "\n## Errors\n", "\n## ");
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  const found = rows.flatMap((row) => [...row.split("|")[2].matchAll(/`(\w+)`/g)].map(([, code]) => code));
  assertSame(MANUAL, "the table below Errors", found, allCodes);
});

test("the error codes: the classes of pkg-template/src/errors.js", () => {
  const source = read("pkg-template/src/errors.js");
  const found = [...source.matchAll(/^ {2}([a-z_]+): \[\s*\w*Error\b/gm)].map(([, code]) => code);
  assertSame("pkg-template/src/errors.js", "the table of classes", found, allCodes);
});

test("the error codes: what the page says, www/words.js", () => {
  const body = between(read("www/words.js"), "const WORDS = {", "\n};");
  const found = [...body.matchAll(/^ {2}(\w+): /gm)].map(([, code]) => code);
  // A code that has no words there is told by its message.
  const unknown = found.filter((code) => !allCodes.includes(code));
  assert.deepEqual(unknown, [], "change WORDS in www/words.js next");
});

/** Fails with each place that lacks an operation: `places` gives, for one, what each has to hold. */
function assertPlaces(places) {
  const lacks = operations.flatMap((operation) =>
    places(operation).flatMap(([place, text, wanted]) => (text.includes(wanted) ? [] : `${place}: ${wanted.trim()}`)),
  );
  assert.deepEqual(lacks, [], "change these places next: each lacks what stands after it");
}

test("the operations: exports of the shell, methods of the facade, of the declarations and of the manual", () => {
  const shell = read("src/shell/client.rs");
  const facade = read("pkg-template/src/client.js");
  assertPlaces(({ name, argument }) => [
    ["src/shell/client.rs", shell, `js_name = ${name})]`],
    ["pkg-template/src/client.js", facade, `\n  ${name}(${argument}`],
    [DECLARATIONS, declarations, `\n  ${name}(${argument}: string`],
    [CONTRACT, contract, `\n  ${name}(${argument}: string`],
    [`the table of methods in ${MANUAL}`, manual, `\`${name}(${argument}`],
  ]);
});

test("the operations: the emulator has them, emulator/src/api.rs, and its proxy passes them on", () => {
  const [api, readme] = ["src/api.rs", "README.md"].map((path) => read(`emulator/${path}`));
  const proxy = between(readme, "\n- Only `GET ", " are passed on");
  assertPlaces(({ method, path }) => [
    ["the router in emulator/src/api.rs", api, `.route("${path}", ${method.toLowerCase()}(`],
    ["ENDPOINTS in emulator/src/api.rs", api, `(MethodFilter::${method}, "${path}")`],
    ["the table of emulator/README.md", readme, `| \`${method} ${path}\` |`],
    ["what the proxy passes on, in emulator/README.md", `GET ${proxy}`, `${method} ${path}\``],
  ]);
});

test("the operations: each proxy of SECURITY.md passes them on", () => {
  const security = read("SECURITY.md");
  const [express, fastify, handler] = ["Express", "Fastify", "A fetch handler"].map((heading) =>
    between(security, `### ${heading}`, "\n```\n"),
  );
  assertPlaces(({ method, path, name }) => {
    const registered = `app.${method.toLowerCase()}("/plangrep${path.replace("{id}", ":id")}"`;
    return [
      ["Express in SECURITY.md", express, registered],
      ["Fastify in SECURITY.md", fastify, registered],
      ["the fetch handler in SECURITY.md", handler, `plangrep.${name}(`],
    ];
  });
});

test("the retried statuses: in words, in the declarations and the manual", () => {
  const few = retriedStatuses.filter((status) => status < 500);
  const spared = Array.from({ length: 100 }, (_, n) => 500 + n).filter((status) => !retriedStatuses.includes(status));
  const and = (all) => `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
  const words = `the statuses ${and(few)}, and every 5xx but ${and(spared)}`;
  for (const [file, text] of [
    [MANUAL, manual],
    [DECLARATIONS, declarations],
  ]) {
    const plain = text.replace(/\s*\n\s*\*?\s*/g, " ");
    assert.ok(plain.includes(words), `change what is tried again in ${file} next, to "${words}"`);
  }
});

test("the polling defaults: in the declarations and the manual", () => {
  const spaced = (ms) => String(ms).replace(/\B(?=(\d{3})+$)/g, " ");
  const row = (option) => manual.split("\n").find((line) => line.startsWith(`| ${option} |`));
  assert.ok(row("`pollFloorMs`")?.includes(`| ${spaced(pollFloorMs)} |`), `change pollFloorMs in ${MANUAL} next`);
  const { minIntervalMs, maxIntervalMs } = tables;
  const bounds = `| ${spaced(minIntervalMs)}, ${spaced(maxIntervalMs)} |`;
  assert.ok(row("`minIntervalMs`, `maxIntervalMs`")?.includes(bounds), `change minIntervalMs in ${MANUAL} next`);
  for (const [option, ms] of Object.entries({ pollFloorMs, minIntervalMs, maxIntervalMs })) {
    const before = declarations.slice(0, declarations.indexOf(`  ${option}?: number`));
    const comment = before.slice(before.lastIndexOf("/**"));
    assert.ok(comment.includes(`Default ${spaced(ms)}`), `change the comment of ${option} in ${DECLARATIONS} next`);
  }
});
