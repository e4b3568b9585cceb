// In a frame, whatever its address: requests a job and tells its parent.

import { PlangrepClient } from "/node_modules/plangrep-client/index.mjs";

const { baseUrl, id } = JSON.parse(
  document.currentScript?.dataset.ask ?? document.querySelector("[data-ask]").dataset.ask,
);
let attempts = 0;
const onEvent = ({ type }) => {
  if (type === "request") attempts++;
};
const client = new PlangrepClient({ baseUrl, maxRetries: 0, pollFloorMs: 10, onEvent });
const outcome = await client.waitForJob(id, { intervalMs: 10, maxPollErrors: 3 }).then(
  ({ status }) => status,
  ({ code }) => code,
);
parent.postMessage({ id, outcome, attempts }, "*");
