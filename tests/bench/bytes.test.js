// Bytes are exact, so they can be tested: what an application ships stays within `budget.json`.
// Who makes the package larger on purpose raises the budget in the same change, and says what for.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { apps, weigh } from "./bytes.js";

const budget = JSON.parse(readFileSync(new URL("budget.json", import.meta.url), "utf8"));

for (const [name, most] of Object.entries(budget)) {
  test(`an application with ${apps[name]} ships no more than its budget`, async () => {
    const weight = await weigh(name);
    for (const [kind, bytes] of Object.entries(most)) {
      assert.ok(weight[kind] <= bytes, `${kind}: ${weight[kind]} bytes, the budget in budget.json is ${bytes}`);
    }
  });
}
