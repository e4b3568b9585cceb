// Makes a page one of the runtimes: `ask` is there once the package is.

import * as plangrep from "/pkg/index.mjs";
import { ask } from "./ask.js";

globalThis.ask = (question) => ask(plangrep, question);
