// Workers of every kind whose network is taken away and given back; the page itself is on this machine and stays there.

import { report } from "/page.mjs";

/** In ms. The slowest browser notices within four seconds that its network has gone. */
const LONG_ENOUGH = 15_000;

const makers = {
  dedicated: async () => new Worker("/worker.mjs", { type: "module" }),
  async shared() {
    const { port } = new SharedWorker("/worker.mjs", { type: "module" });
    port.start();
    return port;
  },
  async service() {
    await navigator.serviceWorker.register("/worker.mjs", { type: "module" });
    const { active } = await navigator.serviceWorker.ready;
    const { port1, port2 } = new MessageChannel();
    port1.start();
    active.postMessage("here", [port2]);
    return port1;
  },
};

/** What a worker says, one thing after the other. */
async function* said(port) {
  const all = [];
  let wake;
  port.addEventListener("message", ({ data }) => {
    all.push(data);
    wake?.();
  });
  for (;;) {
    while (all.length) yield all.shift();
    await new Promise((resolve) => {
      wake = resolve;
    });
  }
}

report(async ({ api, pretends, kinds }) => {
  const workers = await Promise.all(
    kinds.map(async (kind) => {
      const port = await makers[kind]();
      const words = said(port);
      port.postMessage({ api, kind, pretends });
      return { port, next: async () => (await words.next()).value };
    }),
  );
  const all = () => Promise.all(workers.map((worker) => worker.next()));
  const tell = (word) => workers.map(({ port }) => port.postMessage(word));
  const polled = await all();
  await fetch("/cut");
  tell("offline");
  const noticed = await Promise.race([all(), new Promise((resolve) => setTimeout(resolve, LONG_ENOUGH))]);
  if (!noticed) return "unnoticed";
  tell("noticed");
  const failed = await all();
  await fetch("/mend");
  tell("online");
  return kinds.map((kind, at) => [kind, polled[at], noticed[at], failed[at]]).concat(await all());
});
