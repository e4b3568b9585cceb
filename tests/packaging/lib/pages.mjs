// Pages for browsers, and where their outcomes arrive.

import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { createServer as createSocket } from "node:net";
import { text } from "node:stream/consumers";
import { tool } from "./tools.mjs";

/** Serves a folder; `headers` go with every file. */
export async function serveFolder(dir, headers = {}) {
  return await listen(createServer(filesIn(dir, headers)));
}

/** What answers with the files of a folder. */
export function filesIn(dir, headers = {}) {
  const sirv = createRequire(tool("browsers", "sirv/package.json"))("sirv");
  const setHeaders = (response) => response.setHeaders(new Map(Object.entries(headers)));
  return sirv(dir, { dev: true, setHeaders });
}

/** Takes what pages report; each task has an address of its own. */
export class Outcomes {
  #waiting = new Map();
  #next = 0;

  static async open() {
    const outcomes = new Outcomes();
    outcomes.server = await listen(createServer((request, response) => outcomes.#take(request, response)));
    return outcomes;
  }

  close() {
    return this.server.stop();
  }

  /** An address, and a promise of what is posted to it. */
  expect() {
    const path = `/${this.#next++}`;
    const arrived = new Promise((resolve) => this.#waiting.set(path, resolve));
    return { reportTo: this.server.url + path, arrived };
  }

  async #take(request, response) {
    const body = await text(request);
    response.end();
    this.#waiting.get(request.url)?.(JSON.parse(body));
  }
}

async function listen(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}

/**
 * A port that was free a moment ago, for servers that must be told one. Not one that the system gives: those it also
 * gives to connections that are made meanwhile.
 */
export async function freePort() {
  for (;;) {
    const socket = createSocket().listen(20_000 + Math.floor(Math.random() * 10_000), "127.0.0.1");
    const isFree = await once(socket, "listening").then(
      () => true,
      () => false,
    );
    const { port } = socket.address() ?? {};
    if (!isFree) continue;
    socket.close();
    await once(socket, "close");
    return port;
  }
}
