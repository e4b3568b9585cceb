import * as plangrep from "plangrep-client";
import { check } from "./check.mjs";
import { report } from "./page.mjs";

report((task) => check(plangrep, task));
