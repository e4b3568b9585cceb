import * as plangrep from "plangrep-client";
import { check } from "../../check.mjs";

export default defineEventHandler(async (event) => check(plangrep, await readBody(event)));
