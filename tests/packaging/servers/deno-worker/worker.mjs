import * as plangrep from "plangrep-client";
import { check } from "./check.mjs";

self.onmessage = async ({ data }) => {
  self.postMessage(JSON.stringify(await check(plangrep, JSON.parse(data))));
};
