// One of several tabs, of which one waits for all: the next goes on where that one was closed.

import { PlangrepClient } from "/node_modules/plangrep-client/index.mjs";

const tabs = new BroadcastChannel("tabs");
const id = "later_leader";
let state;
tabs.onmessage = ({ data }) => {
  if (data === "news?") return state && tabs.postMessage({ state });
  state = data.state;
  parent.postMessage({ id, outcome: "heard" }, "*");
};
tabs.postMessage("news?");
navigator.locks.request("leader", async () => {
  const client = new PlangrepClient({ baseUrl: "/plangrep", pollFloorMs: 10 });
  const intervalMs = state ? 10 : 600_000;
  const polls = [];
  const onPoll = (update) => {
    polls.push(update.poll);
    state = update.state;
    parent.postMessage({ id, outcome: "polled" }, "*");
  };
  const { status } = await client.waitForJob(id, { state, intervalMs, onPoll });
  parent.postMessage({ id, outcome: status, attempts: polls }, "*");
});
