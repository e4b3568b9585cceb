// The manual shows the recipes as they are.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("the manual quotes every recipe word for word", () => {
  const manual = read("pkg-template/README.md");
  for (const name of [
    "table/waits.mjs",
    "bullmq/waits.mjs",
    "durable-object/waits.mjs",
    "graphile/waits.mjs",
    "temporal/waits.mjs",
    "temporal/workflows.mjs",
  ]) {
    const recipe = read(`recipes/${name}`);
    assert.ok(manual.includes(`\`\`\`js\n${recipe}\`\`\`\n`), name);
    assert.ok(recipe.trim().split("\n").length <= 40, `${name} is no short recipe`);
  }
});
