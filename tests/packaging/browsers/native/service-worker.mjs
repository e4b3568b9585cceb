import { check } from "./check.mjs";
import * as plangrep from "./node_modules/plangrep-client/index.mjs";
import { report } from "./page.mjs";

if (globalThis.document) {
  const registered = navigator.serviceWorker.register(`service-worker.mjs${location.search}`, { type: "module" });
  registered.catch((error) => report(() => Promise.reject(error)));
} else {
  addEventListener("install", (event) => event.waitUntil(report((task) => check(plangrep, task))));
}
