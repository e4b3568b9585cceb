import * as plangrep from "plangrep-client";
import { check } from "./check.mjs";

console.log(JSON.stringify(await check(plangrep, JSON.parse(Deno.args[0]))));
