// Built applications in Chromium pages.

import { createServer } from "node:http";
import { chromium } from "playwright-core";
import { CHROMIUM_FLAGS } from "../../support/chromium.js";
import { bundle } from "./bundle.js";

const types = { js: "text/javascript", wasm: "application/wasm", html: "text/html" };

/** A server with the applications of these names, and a browser: `{ firstRequest(name), close() }`. */
export async function openPages(names) {
  const files = new Map([["/page.html", Buffer.from("<!doctype html><title>page</title>")]]);
  for (const name of names) {
    for (const file of await bundle(name)) files.set(`/${name}/${file.name}`, file.bytes);
  }
  const server = createServer((request, response) => {
    // The bundles name their files from the root.
    const path = request.url.startsWith("/assets/")
      ? [...files.keys()].find((key) => key.endsWith(request.url))
      : request.url;
    const bytes = files.get(path);
    response.writeHead(bytes ? 200 : 404, {
      "content-type": types[path?.split(".").pop()] ?? "text/plain",
      // Isolated, a page has a clock of 5 µs instead of 100.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    response.end(bytes);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  return {
    /** ms from `import()` to the first call of fetch that asks the API, in a page of a fresh profile. */
    async firstRequest(name) {
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        await page.goto(`${origin}/page.html`);
        return await page.evaluate(async (url) => {
          const load = globalThis.fetch;
          const sent = new Promise((resolve) => {
            globalThis.fetch = (input, init) => {
              if (!String(input.url ?? input).includes("/plangrep/")) return load(input, init);
              resolve(performance.now());
              return new Promise(() => {});
            };
          });
          const began = performance.now();
          const { first } = await import(url);
          first();
          return (await sent) - began;
        }, `${origin}/${name}/entry.js`);
      } finally {
        await context.close();
      }
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
