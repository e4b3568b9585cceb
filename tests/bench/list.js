// Decoding and checking a list of jobs. The network is left out: every candidate gets a Response that holds the text,
// and "bare" is what none can do without: its text, through JSON.parse.

import "./lib/package.js";
import { list } from "./lib/jobs.js";
import { compare } from "./lib/measure.js";
import { ListJobs } from "./lib/schema.js";

const { PlangrepClient } = await import("plangrep-client");

const sizes = [
  { jobs: 1, calls: 2_000, turns: 15 },
  { jobs: 100, calls: 200, turns: 15 },
  { jobs: 10_000, calls: 2, turns: 21 },
];

export async function measure() {
  const rows = [];
  for (const { jobs, ...repeat } of sizes) {
    const text = list(jobs);
    const respond = async () => new Response(text, { headers: { "content-type": "application/json" } });
    const client = new PlangrepClient({ baseUrl: "http://127.0.0.1", apiKey: "pgk_live_bench", fetch: respond });
    const bare = async () => JSON.parse(await (await respond()).text());
    const candidates = {
      "bare JSON.parse": bare,
      "JSON.parse + zod": async () => ListJobs.parse(await bare()),
      "plangrep-client, listJobs": () => client.listJobs("proj_4d1b7c3e9a20"),
    };
    const figures = await compare(candidates, { base: "JSON.parse + zod", ...repeat });
    for (const [name, { us, ratio }] of Object.entries(figures)) {
      rows.push({ name: `${jobs} jobs: ${name}`, figures: [us, ratio] });
    }
  }
  return { title: "A list, decoded and checked", columns: ["CPU µs", "/ JSON.parse + zod"], rows };
}
