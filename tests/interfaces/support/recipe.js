// A recipe's application in Chromium, beside an emulator; the page's time stands still until a test moves it.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openPage } from "../../page/support/browser.js";
import { forPage, forServer } from "./build.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const entry = (name, part) =>
  ["js", "jsx", "ts"].map((ending) => here(`../apps/${name}/${part}.${ending}`)).find(existsSync);

export async function recipe(name, emulator) {
  const script = await forPage(entry(name, "page"));
  const server = entry(name, "server");
  let rendering = null;
  if (server) {
    const file = here(`../output/${name}.mjs`);
    await forServer(server, file);
    globalThis.emulator = { baseUrl: emulator.url, apiKey: emulator.apiKey };
    rendering = await import(file);
  }

  /** How often this job was requested. */
  async function requests(jobId) {
    const { events } = await emulator.order("GET", "log?since=0");
    return events.filter(({ path }) => path.endsWith(`/jobs/${jobId}`)).length;
  }

  return {
    requests,
    rendersOnServer: rendering !== null,
    render: (jobId) => rendering.render(jobId),

    /** A page with the application mounted, over what the server rendered where there is one. */
    async open(t, jobId) {
      const html = rendering === null ? "" : await rendering.render(jobId);
      const body = `<!doctype html><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,">${rendering?.head ?? ""}<div id="app">${html}</div>`;
      const page = await openPage(t, "about:blank");
      const address = `${emulator.url}/recipes/${name}`;
      await page.route(`${address}**`, (route) =>
        route.request().url() === address
          ? route.fulfill({ contentType: "text/html", body })
          : route.fulfill({ contentType: "text/javascript", body: script }),
      );
      await page.clock.install({ time: "2026-01-01T00:00:00Z" });
      await page.goto(address);
      await page.clock.pauseAt("2026-01-01T01:00:00Z");
      await page.evaluate(
        async ({ emulator, script, jobId }) => {
          globalThis.emulator = emulator;
          const { mount } = await import(script);
          globalThis.unmount = await mount(document.querySelector("#app"), jobId);
        },
        { emulator: { baseUrl: emulator.url, apiKey: emulator.apiKey }, script: `${address}.js`, jobId },
      );

      /** What the components say of the job, each of them. */
      const says = () => page.locator("#app p:first-of-type").allInnerTexts();

      return Object.assign(page, {
        says,
        pass: (ms) => page.clock.runFor(ms),
        /** Lets what needs no time happen, until every component says this. */
        async saysAll(text) {
          let said = [];
          for (let look = 0; look < 2_000; look += 1) {
            await page.clock.runFor(1);
            said = await says();
            if (said.length === 2 && said.every((each) => each === text)) return;
          }
          assert.fail(`they say ${JSON.stringify(said)}, not "${text}"; ${page.problems.join("; ")}`);
        },
        unmount: () => page.evaluate(() => globalThis.unmount()),
      });
    },
  };
}
