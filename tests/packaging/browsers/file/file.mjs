// A page that comes out of a file, as in an application's web view: it has no origin, and its script is a bundle.

import { PlangrepClient } from "plangrep-client";
import { report } from "./page.mjs";

async function outcome(baseUrl) {
  try {
    const client = new PlangrepClient({ baseUrl, maxRetries: 0, pollFloorMs: 10 });
    return (await client.waitForJob("open_file")).status;
  } catch ({ code, argument }) {
    return [code, argument];
  }
}

report(async ({ api }) => [location.protocol, await outcome(api), await outcome("/plangrep")]);
