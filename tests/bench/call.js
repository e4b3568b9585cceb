// CPU time of the calling process for one Get Job over loopback, on connections that are kept alive.

import "./lib/package.js";
import { createReader } from "./lib/ky-zod.js";
import { compare } from "./lib/measure.js";
import { startServer } from "./lib/server.js";

const { PlangrepClient } = await import("plangrep-client");

const id = "job_8f2c1e5a90b7";
const key = "pgk_live_bench";

/** What whoever ends an attempt in time and limits its body cannot do without: a controller, a timer, and a reader. */
async function bounded(url, headers) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 30_000);
  const response = await fetch(url, { headers, redirect: "manual", cache: "no-store", signal: controller.signal });
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  clearTimeout(timer);
  return JSON.parse(text + decoder.decode());
}

export async function measure() {
  const server = await startServer();
  try {
    const url = `${server.url}/api/open/v1/jobs/${id}`;
    const headers = { accept: "application/json", authorization: `Bearer ${key}` };
    const ky = createReader({ baseUrl: server.url, apiKey: key });
    const client = new PlangrepClient({ baseUrl: server.url, apiKey: key });
    const candidates = {
      "bare fetch().json()": async () => (await fetch(url, { headers })).json(),
      "fetch with AbortSignal.timeout": async () =>
        (await fetch(url, { headers, signal: AbortSignal.timeout(30_000) })).json(),
      "fetch with a timeout and a limit": () => bounded(url, headers),
      "ky + zod": () => ky.getJob(id),
      "plangrep-client, getJob": () => client.getJob(id),
    };
    const rows = [];
    for (const atOnce of [1, 100]) {
      const many = (call) => () => Promise.all(Array.from({ length: atOnce }, call));
      const batches = Object.fromEntries(Object.entries(candidates).map(([name, call]) => [name, many(call)]));
      const options = { base: "bare fetch().json()", turns: 21, calls: atOnce === 1 ? 200 : 4 };
      const figures = await compare(batches, options);
      for (const [name, { us, ratio }] of Object.entries(figures)) {
        rows.push({ name: `${atOnce} at once: ${name}`, figures: [us / atOnce, ratio] });
      }
    }
    return { title: "A call over loopback", columns: ["CPU µs a call", "/ bare fetch"], rows };
  } finally {
    server.close();
  }
}
