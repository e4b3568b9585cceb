import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import * as plangrep from "plangrep-client";
import { check } from "./check.mjs";

if (isMainThread) {
  const workerData = JSON.parse(process.env.TASK);
  const [outcome] = await once(new Worker(new URL(import.meta.url), { workerData }), "message");
  console.log(JSON.stringify(outcome));
} else {
  parentPort.postMessage(await check(plangrep, workerData));
}
