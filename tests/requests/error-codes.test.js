// The table of error codes in pkg-template/src/errors.js is the source; whatever else lists them agrees with it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (file) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

/** What `pattern` finds in the part of a file between two texts, sorted and once each. */
function listed(file, from, to, pattern) {
  const text = read(file);
  const start = text.indexOf(from);
  assert.ok(start >= 0, `${file} has no ${JSON.stringify(from)}`);
  const part = text.slice(start, text.indexOf(to, start));
  return [...new Set([...part.matchAll(pattern)].map(([, code]) => code))].sort();
}

const codes = listed("pkg-template/src/errors.js", "\nconst codes = {", "\n};", /^ {2}(\w+): \[/gm).filter(
  (name) => name !== "__proto__",
);
const places = {
  "ErrorCode in pkg-template/index.d.ts": [
    "pkg-template/index.d.ts",
    "export type ErrorCode",
    ";\n",
    /^ {2}\| "(\w+)"/gm,
  ],
  'the table of "Errors" in pkg-template/README.md': [
    "pkg-template/README.md",
    "| Class | `code`",
    "\n\n",
    /`([a-z]+_[a-z_]+|unauthorized|forbidden|timeout|internal)`(?=[,\s][^|]*\|)/g,
  ],
};

test("there is a table of codes", () => {
  assert.ok(codes.length > 10 && codes.includes("timeout"), String(codes));
});

for (const [place, [file, from, to, pattern]] of Object.entries(places)) {
  test(`${place} lists the codes of the table`, () => {
    assert.deepEqual(listed(file, from, to, pattern), codes, `next, change ${place}`);
  });
}

test("every code that Rust gives is in the table", () => {
  const given = listed("src/core/error.rs", "pub fn code(", "\n    }\n", /"(\w+)"/g);
  assert.ok(given.length > 5);
  for (const code of given)
    assert.ok(codes.includes(code), `next, add ${code} to the table in pkg-template/src/errors.js`);
});
