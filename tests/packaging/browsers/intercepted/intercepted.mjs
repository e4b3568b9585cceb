// A page whose service worker has a hand in everything.

import { PlangrepClient } from "/node_modules/plangrep-client/index.mjs";
import { report } from "/page.mjs";

const end = (promise) =>
  promise.then(
    ({ status }) => status,
    (error) => error.code ?? error,
  );
const clientOf = (baseUrl) => new PlangrepClient({ baseUrl, maxRetries: 0, pollFloorMs: 10 });

report(async ({ elsewhere }) => {
  const controlled = new Promise((resolve) => {
    navigator.serviceWorker.oncontrollerchange = resolve;
  });
  await navigator.serviceWorker.register("/service-worker.js");
  await controlled;
  const client = clientOf("/plangrep");
  const waits = (id) => end(client.waitForJob(id, { intervalMs: 10, maxPollErrors: 5 }));
  const left = new AbortController();
  let polls = 0;
  const onPoll = () => ++polls === 5 && left.abort("left");
  const outcomes = {
    passes: await waits("later_passes"),
    refetches: await waits("later_refetches"),
    fails: await waits("later_fails"),
    rejects: await end(client.getJob("ok_rejects")),
    opaque: await end(clientOf(elsewhere).getJob("open_opaque")),
    shell: await waits("later_shell"),
    login: await end(client.getJob("login_passes")),
    caches: await end(client.waitForJob("later_caches", { intervalMs: 10, signal: left.signal, onPoll })),
  };
  const { counts } = await (await fetch("/counts")).json();
  return { ...outcomes, polls: [polls, counts.later_caches, counts.later_passes, counts.later_shell] };
});
