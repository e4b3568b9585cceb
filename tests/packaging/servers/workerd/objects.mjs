// Where a worker waits besides its visitors' requests: in Durable Objects, after its answer, for its schedule, for a queue.
// What became of each wait lies in one object, which tells it to whoever asks, as soon as it is there.

import { DurableObject } from "cloudflare:workers";
import * as plangrep from "plangrep-client";
import { waiterOf } from "./visits.mjs";

const { aim, wait } = waiterOf(plangrep);

export class Waits extends DurableObject {
  wait(id) {
    return wait(id);
  }
}

export class Outcomes extends DurableObject {
  outcomes = new Map();

  put(id, outcome) {
    this.of(id).resolve(outcome);
  }

  get(id) {
    return this.of(id).promise;
  }

  of(id) {
    if (!this.outcomes.has(id)) this.outcomes.set(id, Promise.withResolvers());
    return this.outcomes.get(id);
  }
}

const named = (objects, name) => objects.get(objects.idFromName(name));
const follow = async (env, id) => await named(env.OUTCOMES, "all").put(id, await wait(id));

export default {
  async fetch(request, env, context) {
    if (request.method === "GET") return new Response("ready");
    const { object, later, queue, id, ...target } = await request.json();
    aim(target);
    if (object) return Response.json(await named(env.WAITS, object).wait(id));
    if (later) context.waitUntil(follow(env, later));
    if (queue) await env.QUEUE.sendBatch(queue.map((body) => ({ body })));
    return Response.json(id ? await named(env.OUTCOMES, "all").get(id) : null);
  },
  scheduled: ({ cron }, env) => follow(env, cron),
  queue: ({ messages }, env) => Promise.all(messages.map(({ body }) => follow(env, body))),
};
