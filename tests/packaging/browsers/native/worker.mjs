// Runs in the worker too: import maps are for pages only, so that is an address.

import { check } from "./check.mjs";
import * as plangrep from "./node_modules/plangrep-client/index.mjs";
import { report } from "./page.mjs";

if (globalThis.document) new Worker(`worker.mjs${location.search}`, { type: "module" });
else report((task) => check(plangrep, task));
