import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as imported from "plangrep-client";
import * as importedExternal from "plangrep-client/external";
import { check } from "./check.mjs";

const require = createRequire(import.meta.url);
const required = require("plangrep-client");
for (const name of Object.keys(imported)) assert.equal(imported[name], required[name], `${name} is the same both ways`);
assert.deepEqual(Object.keys(imported).sort(), Object.keys(required).sort());
const requiredExternal = require("plangrep-client/external");
for (const name of Object.keys(importedExternal)) assert.equal(importedExternal[name], requiredExternal[name], name);

console.log(JSON.stringify(await check({ ...required, ApiError: imported.ApiError }, JSON.parse(process.env.TASK))));
