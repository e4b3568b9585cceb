// AsyncLocalStorage in a worker of Cloudflare.

import { AsyncLocalStorage } from "node:async_hooks";
import * as plangrep from "plangrep-client";
import { whose } from "./whose.mjs";

const storage = new AsyncLocalStorage();
const within = (name, call) => storage.run(name, call);
const contexts = { within, current: () => storage.getStore(), isolated: true };

export default {
  async fetch(request) {
    if (request.method === "GET") return new Response("ready");
    return Response.json(await whose(plangrep, contexts));
  },
};
