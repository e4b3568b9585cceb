// Sites of frameworks: a page in Chromium, a page that the server renders, and routes that answer with the outcome.

import { visit } from "./browsers.mjs";
import { freePort } from "./pages.mjs";
import { serve } from "./process.mjs";
import { outcomeIn } from "./tools.mjs";

/** Starts the site and does all that is asked of it; `start(port)` gives the program and its arguments, `options(port)` its folder and environment. */
export async function checkSite(tools, start, places, options, first = "client") {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [program, ...args] = start(port);
  const served = await serve(program, args, `${url}/${first}`, options(port));
  try {
    for (const check of places) await check(tools, url);
  } catch (error) {
    error.message += `\n${served.output.text}`;
    throw error;
  } finally {
    await served.stop();
  }
}

/** The page, which the server renders first, with a client of its own for a relative address. */
export async function client(tools, url) {
  await tools.emulator.verify(await visit(tools, "chromium", `${url}/client`), "refused");
}

/** A page that holds the outcome as the server rendered it. */
export async function server({ emulator }, url) {
  const task = encodeURIComponent(JSON.stringify(await emulator.task()));
  const html = await (await fetch(`${url}/server?task=${task}`)).text();
  const [, outcome] = html.match(/OUTCOME:(?:<!-- -->)?([^<]+)/) ?? [];
  if (!outcome) throw new Error(`the server rendered no outcome:\n${html}`);
  await emulator.verify(JSON.parse(decodeURIComponent(outcome.trim())), "accepted");
}

export const handler =
  (path) =>
  async ({ emulator }, url) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(await emulator.task()),
    });
    await emulator.verify(outcomeIn(await response.text()), "accepted");
  };
