import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as imported from "plangrep-client";
import * as importedExternal from "plangrep-client/external";
import { check } from "./check.mjs";

const require = createRequire(import.meta.url);
const required = require("plangrep-client");
assert.deepEqual(Object.keys(imported).sort(), Object.keys(required).sort());
for (const [name, value] of Object.entries(imported)) assert.equal(value, required[name], `${name}, both ways`);
const requiredExternal = require("plangrep-client/external");
for (const [name, value] of Object.entries(importedExternal)) assert.equal(value, requiredExternal[name], name);

console.log(JSON.stringify(await check({ ...required, ApiError: imported.ApiError }, JSON.parse(process.env.TASK))));
