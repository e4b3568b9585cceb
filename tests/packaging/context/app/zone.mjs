// Angular's zone.js, which replaces the global promises and timers.

import "zone.js";
import * as plangrep from "plangrep-client";
import { whose } from "./whose.mjs";

const { Zone } = globalThis;
const contexts = { within: (name, call) => Zone.current.fork({ name }).run(call), current: () => Zone.current.name };
whose(plangrep, contexts).then((outcome) => console.log(JSON.stringify(outcome)));
