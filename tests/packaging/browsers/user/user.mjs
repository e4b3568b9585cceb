// A page that was opened as `user:password@host`: `fetch` refuses an address with these in it.

import { PlangrepClient } from "/node_modules/plangrep-client/index.mjs";
import { report } from "/page.mjs";

report(async () => {
  const urls = [];
  const client = new PlangrepClient({ baseUrl: "plangrep", maxRetries: 0, onEvent: ({ url }) => urls.push(url) });
  const { status } = await client.waitForJob("ok_user");
  const { pathname, username } = new URL(urls[0]);
  return [status, pathname, username];
});
