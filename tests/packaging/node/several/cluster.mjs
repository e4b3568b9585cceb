// Three processes of node:cluster, each with a client of its own.

import cluster from "node:cluster";
import * as plangrep from "plangrep-client";
import { check } from "./check.mjs";

if (cluster.isPrimary) {
  for (const task of JSON.parse(process.env.TASK)) {
    cluster.fork({ TASK: JSON.stringify(task) }).on("message", (outcome) => console.log(JSON.stringify(outcome)));
  }
} else {
  process.send(await check(plangrep, JSON.parse(process.env.TASK)), () => process.disconnect());
}
