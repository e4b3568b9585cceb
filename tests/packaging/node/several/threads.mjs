// Three workers of node:worker_threads at once, each with a client of its own.

import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import * as plangrep from "plangrep-client";
import { check } from "./check.mjs";

if (isMainThread) {
  for (const task of JSON.parse(process.env.TASK)) {
    new Worker(new URL(import.meta.url), { workerData: task }).on("message", (outcome) =>
      console.log(JSON.stringify(outcome)),
    );
  }
} else {
  parentPort.postMessage(await check(plangrep, workerData));
}
