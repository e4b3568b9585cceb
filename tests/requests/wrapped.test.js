// A client or a watch in the hands of those who wrap objects or take methods off them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { network, respond } from "../support/network.js";
import { PlangrepClient } from "../support/package.js";
import { jobBody, KEY } from "../support/samples.js";

const make = (options = {}) => {
  const { fetch, requests } = network(respond(200, jobBody({ status: "completed" })));
  return { client: new PlangrepClient({ apiKey: KEY, fetch, ...options }), requests };
};

/** As Vue's reactive does it: everything is read through a proxy, and methods are called on it. */
const wrapped = (object) => new Proxy(object, { get: (target, name, receiver) => Reflect.get(target, name, receiver) });

/** As Valtio does it: a new object with the same prototype and the own properties, wrapped. */
const copied = (object) =>
  wrapped(
    Object.defineProperties(Object.create(Object.getPrototypeOf(object)), Object.getOwnPropertyDescriptors(object)),
  );

for (const [how, wrap] of Object.entries({ wrapped, copied })) {
  test(`every method of a client that is ${how} works`, async () => {
    const client = wrap(make().client);
    assert.equal((await client.getJob("job_1")).id, "job_1");
    assert.equal((await client.waitForJob("job_1")).id, "job_1");
    assert.equal((await client.cancelJob("job_1")).id, "job_1");
    assert.equal(client.nudge("job_1"), false);
    for await (const { job } of wrap(client.watchJob("job_1"))) assert.equal(job.id, "job_1");
    const watch = wrap(client.watchProject("proj_1"));
    assert.deepEqual(await watch.return(7), { done: true, value: 7 });
    client.close();
    await assert.rejects(client.getJob("job_1"), { code: "client_closed" });
  });
}

test("methods work detached", async () => {
  const { getJob, watchJob, close } = make().client;
  assert.equal((await getJob("job_1")).id, "job_1");
  const { next } = watchJob("job_1");
  assert.equal((await next()).value.job.id, "job_1");
  close();
});

test("a subclass that overrides a method is called, and may call on", async () => {
  class Mine extends PlangrepClient {
    async getJob(...received) {
      return { mine: await super.getJob(...received) };
    }
  }
  const { fetch } = network(respond(200, jobBody()));
  const { getJob } = new Mine({ apiKey: KEY, fetch });
  assert.equal((await getJob("job_1")).mine.id, "job_1");
});

test("both have a tag by which they are left alone, and nothing more to see than before", async () => {
  const { client } = make();
  const watch = client.watchJob("job_1");
  assert.equal(Object.prototype.toString.call(client), "[object PlangrepClient]");
  assert.equal(Object.prototype.toString.call(watch), "[object Watch]");
  for (const one of [client, watch]) {
    assert.deepEqual(Object.keys(one), []);
    assert.equal(JSON.stringify(one), "{}");
    assert.deepEqual(structuredClone(one), {});
    assert.equal(inspect(one, { showHidden: true }).includes(KEY), false);
  }
  await watch.return();
});
