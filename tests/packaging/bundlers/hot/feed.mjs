// A module that is edited while its wait goes on, and then replaced.

import { PlangrepClient } from "plangrep-client";
import { feeds } from "./feeds.mjs";
import { getTask } from "./page.mjs";

const id = "net_before";
const client = new PlangrepClient({ baseUrl: getTask().api, pollFloorMs: 10 });
const feed = { polls: 0, ended: null };
feeds.push(feed);
const onPoll = () => {
  feed.polls++;
};
client.waitForJob(id, { intervalMs: 10, onPoll }).catch(({ code }) => {
  feed.ended = code;
});

import.meta.hot?.accept();
import.meta.hot?.dispose(() => client.close());
