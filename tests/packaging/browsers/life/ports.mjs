// One client for all the pages that a shared worker serves.

import { PlangrepClient } from "/node_modules/plangrep-client/index.mjs";

const client = new PlangrepClient({ baseUrl: "/plangrep", maxRetries: 0, pollFloorMs: 10 });
globalThis.onconnect = ({ ports: [port] }) => {
  port.onmessage = async ({ data }) => {
    const { status } = await client.waitForJob(data, { intervalMs: 50 });
    port.postMessage(status);
  };
};
