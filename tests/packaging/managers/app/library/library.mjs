// Only this depends on the package, so only this may find it.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as imported from "plangrep-client";
import * as external from "plangrep-client/external";

const required = createRequire(import.meta.url)("plangrep-client");
for (const [name, value] of Object.entries(imported)) assert.equal(value, required[name], `${name}, both ways`);
await external.init(new URL(import.meta.resolve("plangrep-client/plangrep_client.wasm")));
assert.equal(external.isTerminal("completed"), true);

export { imported as plangrep };
