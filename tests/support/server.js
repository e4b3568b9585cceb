// Real servers on loopback, for what only a socket can show.

import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createSocketServer } from "node:net";

/** An HTTP server until the end of test `t`; it remembers every request (method, url, headers). */
export async function serve(t, handler) {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method, url: request.url, headers: request.headers, raw: request.rawHeaders });
    handler(request, response, requests.length);
  });
  return { requests, ...(await listen(t, server)) };
}

/** A server that speaks bytes: `onRequest(socket)` is called when a request's head has come. */
export async function serveBytes(t, onRequest) {
  const server = createSocketServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => onRequest(socket));
  });
  return await listen(t, server);
}

async function listen(t, server) {
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}` };
}

/** Waits until `condition()` holds; fails after longer than any machine needs. */
export async function until(condition) {
  for (let tries = 0; !condition(); tries++) {
    if (tries === 20_000) throw new Error(`still not so: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Answers with JSON. */
export function sendJson(response, status, body, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
