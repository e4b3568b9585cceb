// A server for calls over loopback, in a process of its own so that its CPU time is not the client's.
// It answers Get Job, and says as the job's externalId when the request arrived: ns of the machine's monotonic clock.

import { fork } from "node:child_process";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { job } from "./jobs.js";

const self = fileURLToPath(import.meta.url);

/** `{ url, close }` of a running server. */
export async function startServer() {
  const child = fork(self, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const [port] = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("error", reject);
  });
  return { url: `http://127.0.0.1:${port}`, close: () => child.kill() };
}

if (process.argv[1] === self) {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const arrived = process.hrtime.bigint().toString();
    const id = request.url.split("/").pop();
    const body = JSON.stringify({ job: job(0, { id, externalId: arrived }) });
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
  server.listen(0, "127.0.0.1", () => process.send([server.address().port]));
  process.on("disconnect", () => process.exit());
}
