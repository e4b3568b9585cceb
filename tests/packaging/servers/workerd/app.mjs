import * as plangrep from "plangrep-client";
import { check } from "./check.mjs";

export default {
  async fetch(request) {
    if (request.method === "GET") return new Response("ready");
    return Response.json(await check(plangrep, await request.json()));
  },
};
