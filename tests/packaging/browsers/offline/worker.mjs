// A worker, whom nobody tells that there is no network: it follows one job into that and begins with another in it.

import { PlangrepClient } from "./node_modules/plangrep-client/index.mjs";

/** More failures than a wait survives with a network. */
const MANY = 8;

const connected = new Promise((resolve) => {
  globalThis.onconnect = ({ ports: [port] }) => resolve(port);
  addEventListener("message", ({ data, ports }) => {
    if (data === "here") resolve(ports[0]);
  });
});
// A service worker whose event is over may be stopped.
addEventListener("message", (event) => event.waitUntil?.(done));

let finish;
const done = new Promise((resolve) => {
  finish = resolve;
});

const isDedicated = typeof DedicatedWorkerGlobalScope === "function" && self instanceof DedicatedWorkerGlobalScope;
if (isDedicated) start(self);
else connected.then(start);

function start(port) {
  port.start?.();
  port.onmessage = async ({ data: { api, kind, pretends } }) => {
    const network = { down: next(port, "offline"), noticed: next(port, "noticed"), up: next(port, "online") };
    port.onmessage = null;
    try {
      port.postMessage(await follow(api, kind, pretends, network, port));
    } catch (error) {
      port.postMessage(`${error}\n${error.stack}`);
    }
    finish();
  };
}

/** Fulfilled when the page says that word. */
const next = (port, word) =>
  new Promise((resolve) => {
    port.addEventListener("message", ({ data }) => {
      if (data === word) resolve();
    });
  });

async function follow(api, kind, pretends, network, port) {
  let failures = 0;
  const failedOften = new Promise((resolve) => {
    globalThis.failed = () => {
      if (++failures === MANY) resolve();
    };
  });
  const onEvent = ({ type }) => {
    if (type === "error") globalThis.failed();
  };
  let allowed = Promise.resolve();
  const options = {
    baseUrl: api,
    maxRetries: 0,
    pollFloorMs: 10,
    fetch: (...request) => allowed.then(() => fetch(...request)),
    onEvent,
  };
  const client = new PlangrepClient(options);
  const often = { minIntervalMs: 300, maxIntervalMs: 300, maxPollErrors: 5 };
  let polled;
  const first = new Promise((resolve) => {
    polled = resolve;
  });
  const before = client.waitForJob(`net_${kind}`, { ...often, onPoll: polled });
  await first;
  let isThere = true;
  if (pretends) Object.defineProperty(navigator, "onLine", { get: () => isThere, configurable: true });
  // What fails before a browser notices that there is no network counts, and that takes it seconds. So nothing is sent
  // until every worker has noticed.
  allowed = network.noticed;
  port.postMessage(navigator.onLine);
  await network.down;
  isThere = false;
  while (navigator.onLine) await new Promise((resolve) => setTimeout(resolve, 20));
  port.postMessage(navigator.onLine);
  await network.noticed;
  const within = client.waitForJob(`net_${kind}_within`, often);
  await failedOften;
  port.postMessage(navigator.onLine);
  await network.up;
  isThere = true;
  const ends = await Promise.all([before, within]);
  return ends.map(({ status }) => status);
}
