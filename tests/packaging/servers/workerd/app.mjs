import * as plangrep from "plangrep-client";
import { check } from "./check.mjs";

export default {
  fetch: async (request) => Response.json(await check(plangrep, await request.json())),
};
