// Alters itself, and then uses the package as anybody does.

import { alterations } from "/alterations.mjs";

const name = location.hash.slice(1);

async function use({ PlangrepClient, PlangrepError }) {
  const client = new PlangrepClient({ baseUrl: "/plangrep", maxRetries: 1, pollFloorMs: 10 });
  const job = await client.getJob("ok_altered");
  const list = await client.listJobs("long_3");
  let polls = 0;
  let updates = 0;
  const onPoll = () => {
    polls++;
  };
  const onUpdate = () => {
    updates++;
  };
  const waited = await client.waitForJob(`later_${name}`, { intervalMs: 10, onPoll, onUpdate });
  const watched = [];
  for await (const { job } of client.watchJob(`later_watch_${name}`, { intervalMs: 10 })) watched.push(job.status);
  const check = await client.checkJob(`later_check_${name}`);
  const controller = new AbortController();
  const endless = client.waitForJob("net_altered", {
    intervalMs: 10,
    signal: controller.signal,
    onPoll: () => controller.abort(),
  });
  const aborted = await endless.catch((error) => error);
  const missing = await client.getJob("missing_altered").catch((error) => error);
  client.close();
  return {
    got: [job.status, list.length, check.job.status, typeof check.state],
    waited: [waited.status, polls, updates],
    watched: watched.join(),
    aborted: aborted?.name,
    missing: [missing.code, missing instanceof PlangrepError, missing.status],
  };
}

let outcome;
try {
  await alterations[name]();
  outcome = await use(await import("/node_modules/plangrep-client/index.mjs"));
} catch (error) {
  outcome = `${error}\n${error?.stack}`;
}
parent.postMessage({ name, outcome }, "*");
