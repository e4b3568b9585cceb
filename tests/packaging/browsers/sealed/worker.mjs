// In a worker out of a blob, of a frame without an origin: there is nothing that a relative address could count from.

import { PlangrepClient } from "/node_modules/plangrep-client/index.mjs";

const outcome = (baseUrl) =>
  new PlangrepClient({ baseUrl, maxRetries: 0, pollFloorMs: 10 }).waitForJob("open_sealed").then(
    ({ status }) => status,
    ({ code, argument }) => [code, argument],
  );
postMessage([await outcome("/plangrep"), await outcome(new URL(import.meta.url).origin)]);
