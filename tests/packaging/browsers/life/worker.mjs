// A worker, which is told by nobody that it is offline. It says so itself: not everywhere can a network be taken away.

import { PlangrepClient } from "/node_modules/plangrep-client/index.mjs";

const scope =
  globalThis.onconnect === undefined
    ? globalThis
    : await new Promise((resolve) => {
        globalThis.onconnect = ({ ports: [port] }) => resolve(port);
      });

/** Failures do not count, and it goes on at the longest interval. */
async function offline({ elsewhere, id }) {
  Object.defineProperty(navigator, "onLine", { value: false, configurable: true });
  let failures = 0;
  const onEvent = ({ type }) => {
    if (type === "error") failures++;
  };
  const client = new PlangrepClient({ baseUrl: elsewhere, maxRetries: 0, pollFloorMs: 10, onEvent });
  const options = { minIntervalMs: 10, maxIntervalMs: 20, maxPollErrors: 2 };
  const { status } = await client.waitForJob(id, options);
  return [status, failures > 2];
}

const begin = ({ data }) =>
  offline(data).then(
    (outcome) => scope.postMessage(outcome),
    (error) => scope.postMessage({ error: `${error}` }),
  );
scope.onmessage = begin;
scope.postMessage("ready");
