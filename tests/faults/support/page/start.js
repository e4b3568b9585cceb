// Makes a page one of the runtimes: what it can be told to do is there once the package is.

import * as plangrep from "/pkg/index.mjs";
import { perform } from "./perform.js";
import { found, kept, sweep } from "./sweep.js";

globalThis.found = found;
globalThis.kept = kept;
globalThis.sweep = (question) => sweep(plangrep, question);
globalThis.perform = (question) => perform(plangrep, question);
