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

export function measure() {
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
