// AsyncLocalStorage, which Deno, Bun and workerd have too.

import { AsyncLocalStorage } from "node:async_hooks";
import * as plangrep from "plangrep-client";
import { whose } from "./whose.mjs";

const storage = new AsyncLocalStorage();
const contexts = { within: (name, call) => storage.run(name, call), current: () => storage.getStore() };
console.log(JSON.stringify(await whose(plangrep, contexts)));
