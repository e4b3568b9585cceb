// From import to the first request, cold: in a fresh Node process each time, and in a fresh Chromium page each time.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import "./lib/package.js";
import { inTurn, median } from "./lib/measure.js";
import { openPages } from "./lib/pages.js";
import { startServer } from "./lib/server.js";

const program = fileURLToPath(new URL("lib/start.js", import.meta.url));

async function inNode(turns) {
  const server = await startServer();
  try {
    const start = (name) => JSON.parse(execFileSync(process.execPath, [program, name, server.url]));
    return await inTurn(["bare fetch", "ky + zod", "hand-made stack", "plangrep-client"], start, turns);
  } finally {
    server.close();
  }
}

async function inPage(turns) {
  const names = ["ky-zod", "stack", "ours", "ours-external"];
  const pages = await openPages(names);
  try {
    return await inTurn(names, async (name) => ({ sentMs: await pages.firstRequest(name) }), turns);
  } finally {
    await pages.close();
  }
}

function rows(place, taken, base, labels = {}) {
  const figure = (name, key) => taken[name].map((sample) => sample[key] ?? null);
  return Object.keys(taken).map((name) => {
    const cpu = figure(name, "cpuMs");
    const ratios = figure(name, "sentMs").map((ms, turn) => ms / taken[base][turn].sentMs);
    const cpuMs = cpu[0] === null ? null : median(cpu);
    const figures = [median(figure(name, "sentMs")), cpuMs, median(ratios)];
    return { name: `${place}: ${labels[name] ?? name}`, figures };
  });
}

export async function measure() {
  const labels = {
    "ky-zod": "ky + zod",
    stack: "hand-made stack",
    ours: "plangrep-client",
    "ours-external": "plangrep-client/external",
  };
  return {
    title: "Start: import to first request, cold",
    columns: ["ms", "CPU ms", "ms / ky + zod"],
    rows: [...rows("Node", await inNode(15), "ky + zod"), ...rows("Chromium", await inPage(11), "ky-zod", labels)],
  };
}
