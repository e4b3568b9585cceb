// Many waits at once, each measurement in a process of its own, on a virtual clock and against a scripted server.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import "./lib/package.js";

const program = fileURLToPath(new URL("lib/waits.js", import.meta.url));

// The hand-made stack makes a request for each wait and poll; ten thousand of them would take it an hour of real time.
const cases = [
  [1, "plangrep-client"],
  [1, "hand-made stack"],
  [100, "plangrep-client"],
  [100, "hand-made stack"],
  [10_000, "plangrep-client"],
];

const many = fileURLToPath(new URL("lib/many.js", import.meta.url));

const MINUTES = "ten minutes";
/** What is measured of many waits, and the figures of it. */
const manyWaits = [
  [`2 waits beside 3 000 finished jobs, ${MINUTES}`, { waits: 2, history: 3_000 }],
  [`2 waits beside 20 000, ${MINUTES}`, { waits: 2, history: 20_000 }],
  [`a watch beside 20 000, ${MINUTES}`, { watch: true, history: 20_000, spanMs: 660_000 }],
  ["100 waits, own projects, 200 s", { waits: 100, own: true, spanMs: 200_000 }],
  ["1 000 waits, own projects, 200 s", { waits: 1_000, own: true, spanMs: 200_000 }],
  ["4 000 waits, own projects, 200 s", { waits: 4_000, own: true, spanMs: 200_000 }],
  ["10 000 waits, own projects, 200 s", { waits: 10_000, own: true, spanMs: 200_000 }],
  ["100 waits of which 6 never answer, 200 s", { waits: 100, own: true, hangs: 6, spanMs: 200_000 }],
  ["1 000 waits, 429 for 30 s, 200 s", { waits: 1_000, own: true, limitedMs: 30_000, spanMs: 200_000 }],
];

const run = (given) => JSON.parse(execFileSync(process.execPath, ["--expose-gc", many, JSON.stringify(given)]));

function measureManyWaits() {
  const rows = manyWaits.map(([name, given]) => {
    const found = run(given);
    const limited = given.limitedMs ? [found.early, found.mostInASecond / found.meanInASecond] : [null, null];
    // What a caller keeps of its own, callbacks and a table of when each was called, is not what a wait takes.
    const kept = given.waits >= 10_000 ? run({ ...given, plain: true }) : {};
    return {
      name,
      figures: [
        found.requests,
        found.bytes,
        found.cpuMs,
        found.cpuPerRequest,
        found.lastFirst ?? null,
        ...limited,
        kept.perWait ?? null,
        kept.growth ?? null,
      ],
    };
  });
  return {
    title: "Many waits of one client, responses after 150 ms",
    columns: [
      "requests",
      "bytes",
      "CPU ms",
      "CPU µs a request",
      "last first poll, ms",
      "requests while 429",
      "busiest second / mean",
      "B/wait",
      "growth, B",
    ],
    rows,
  };
}

export function measure() {
  return [measureManyWaits(), measureOneProject()];
}

function measureOneProject() {
  const rows = cases.map(([waits, kind]) => {
    const output = execFileSync(process.execPath, ["--expose-gc", program, String(waits), kind]);
    const { startRequests, hourRequests, heapPerWait, jobHeap, wasmPerWait, growth, cpuPerPoll } = JSON.parse(output);
    // A heap's size is known within some KB, so that it says something of many waits only.
    const bytes = waits < 10_000 ? [null, null, null, null] : [heapPerWait - jobHeap, wasmPerWait, jobHeap, growth];
    const figures = [startRequests, hourRequests, ...bytes, cpuPerPoll];
    return { name: `${waits} waits: ${kind}`, figures };
  });
  return {
    title: "Waits at once, on jobs of one project that run longer than the hour they are watched",
    columns: [
      "requests to start",
      "requests in an hour",
      "heap B/wait",
      "wasm B/wait",
      "B of the job itself",
      "growth in an hour, B",
      "CPU µs a poll and wait",
    ],
    rows,
  };
}
