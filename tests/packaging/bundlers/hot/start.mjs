// Has a module edited whose wait goes on, and tells what became of that wait and of the one after.

import { feeds } from "./feeds.mjs";
import "./feed.mjs";
import { report } from "./page.mjs";

const until = async (holds) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
};

report(async ({ api }) => {
  const sent = async () => (await (await fetch(`${api}/counts`)).json()).counts;
  const [before] = feeds;
  await until(() => before.polls > 2);
  await fetch(`${api}/edit`, { mode: "no-cors" });
  await until(() => feeds.at(-1) !== before && feeds.at(-1).polls > 2);
  const { net_before } = await sent();
  const now = feeds.at(-1);
  const { polls } = now;
  const { net_after } = await sent();
  await until(() => now.polls > polls + 20);
  const after = await sent();
  // Some polls come between two counts; a second wait would have made twenty.
  const single = Math.abs(after.net_after - net_after - (now.polls - polls)) < 10;
  return { ended: [before.ended, now.ended], more: after.net_before - net_before, single };
});
