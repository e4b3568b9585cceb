// Runs a browser whose network is taken away and given back, and prints what its page reports: in a network namespace of
// its own, where `ip` may make links. With `pretends`, which is for machines that give none, the server breaks every
// connection instead and the workers are told to take themselves for offline.
//   node offline.mjs FOLDER BROWSER KINDS [pretends]

import { execFileSync } from "node:child_process";
import { visit } from "../lib/browsers.mjs";
import { filesIn } from "../lib/pages.mjs";
import { startApi } from "./api.mjs";

const [folder, browser, kinds, mode] = process.argv.slice(2);
const ADDRESS = "192.0.2.1";
const ip = (...words) => execFileSync("ip", words);
const link = {
  add() {
    ip("link", "set", "lo", "up");
    // A bridge without members: a link that is up and leads nowhere else, which is all a browser asks for.
    ip("link", "add", "net0", "type", "bridge");
  },
  up() {
    ip("link", "set", "net0", "up");
    ip("addr", "add", `${ADDRESS}/24`, "dev", "net0");
    ip("route", "add", "default", "dev", "net0");
  },
  down() {
    ip("addr", "flush", "dev", "net0");
    ip("link", "set", "net0", "down");
  },
};

/** What the page of a new browser reports. */
async function visited(pretends) {
  const orders = {
    cut(api) {
      if (!pretends) link.down();
      api.cut(true);
    },
    mend(api) {
      if (!pretends) link.up();
      api.cut(false);
    },
  };
  const api = await startApi(filesIn(folder), { orders });
  const opened = new Map();
  function shared(name, open) {
    if (!opened.has(name)) opened.set(name, open());
    return opened.get(name);
  }
  const tools = { emulator: { task: () => ({}) }, shared };
  const address = pretends ? api.elsewhere : `http://${ADDRESS}:${new URL(api.url).port}`;
  const task = { api: address, kinds: kinds.split(","), pretends };
  const reported = await visit(tools, browser, `${api.url}/`, task);
  for (const resource of opened.values()) await resource.then((open) => open.close()).catch(() => {});
  await api.stop();
  return reported;
}

if (mode !== "pretends") link.add();
// Of WebKits that start on a busy machine, one in four never learns that its network has gone, whatever happens to it
// later. Such a one shows nothing, and another is started.
let reported = "unnoticed";
for (let tries = 0; reported === "unnoticed" && mode !== "pretends" && tries < 5; tries++) {
  link.up();
  reported = await visited(false);
  if (reported === "unnoticed") console.error(`${browser} did not notice that its network had gone`);
}
if (reported === "unnoticed") reported = await visited(true);
console.log(JSON.stringify({ reported }));
process.exit();
