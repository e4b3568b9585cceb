// How Chromium is started, by whatever drives it.

import { readFileSync } from "node:fs";

/** No sandbox: it is often root, in a container, and only sees our own pages. And nothing that calls home. */
export const CHROMIUM_FLAGS = readFileSync(new URL("chromium-flags.txt", import.meta.url), "utf8")
  .trim()
  .split("\n");
