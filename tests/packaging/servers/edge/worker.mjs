import * as plangrep from "plangrep-client";
import { workerOf } from "./visits.mjs";

const worker = workerOf(plangrep);
addEventListener("fetch", (event) => event.respondWith(worker.fetch(event.request)));
