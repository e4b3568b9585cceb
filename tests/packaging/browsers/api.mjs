// An API that a page can put to the test: what it does with a request stands in the job's id.

import { createServer } from "node:http";
import { networkInterfaces } from "node:os";

/** An address of this machine that is no loopback; undefined: it has none. */
const outside = () =>
  Object.values(networkInterfaces())
    .flat()
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

const at = "2026-01-01T00:00:00Z";
const job = (id, status) =>
  JSON.stringify({ job: { id, status, projectId: `proj_${id}`, createdAt: at, updatedAt: at } });

/** So many jobs; of the list that is had as number `count`, the first has changed. */
const list = (projectId, length, count) => {
  const jobs = Array.from({ length }, (_, n) => {
    const status = n % 2 ? "completed" : "processing";
    return { id: `job_${n}`, externalId: n ? null : `${count}`, status, projectId, createdAt: at, updatedAt: at };
  });
  return JSON.stringify({ jobs });
};

const open = { "access-control-allow-origin": "*" };

/**
 * `files` answers what is no request to the API. It is at two addresses: `url`, and `elsewhere`, which is another origin
 * and no loopback. `freeze(ms)` and `orders` are for pages that ask for them; `user` ("name:password") is who may see
 * the pages.
 */
export async function startApi(files, { freeze, orders = {}, user } = {}) {
  const authorization = user && `Basic ${btoa(user)}`;
  const counts = new Map();
  let inFlight = 0;
  let most = 0;
  const released = new Set();
  /** By id, what goes on once the id is released. */
  const held = new Map();
  let isCut = false;
  let wasCut = false;
  /** Whether connections break. */
  function cut(now) {
    isCut = now;
    wasCut ||= now;
  }

  /** What to answer with, and after how long. */
  const ways = {
    ok: (id) => ({ body: job(id, "completed") }),
    late: (id) => ({ body: job(id, "completed"), after: 50 }),
    slow: (id) => ({ body: job(id, "completed"), after: 400 }),
    /** It waits until the page says which responses may come: `/release?ids=…`. */
    held: (id) => ({ body: job(id, "completed"), held: !released.has(id) }),
    /** It has ended by the second poll. */
    later: (id, count) => ({ body: job(id, count > 1 ? "completed" : "processing") }),
    /** It ends while there is no network. */
    net: (id) => (isCut ? { breaks: true } : { body: job(id, wasCut ? "completed" : "processing"), headers: open }),
    missing: () => ({ status: 404 }),
    login: () => ({ status: 302, headers: { location: "/login" } }),
    /** Connections that break, for a while: Firefox tries each ten times. */
    broken: (id, count) => (count <= 60 ? { breaks: true } : { body: job(id, "completed"), headers: open }),
    open: (id) => ({ body: job(id, "completed"), headers: open }),
    /** A project. */
    long: (id, count) => ({ body: list(id, Number(id.split("_")[1]), count) }),
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://host");
    const ms = Number(searchParams.get("ms"));
    if (pathname === "/after") {
      response.statusCode = Number(searchParams.get("status") ?? 200);
      return setTimeout(() => response.end(), ms);
    }
    if (pathname === "/release") {
      for (const id of searchParams.get("ids").split(",")) {
        released.add(id);
        held.get(id)?.();
        held.delete(id);
      }
      return response.end();
    }
    if (pathname === "/freeze") {
      freeze(ms);
      return response.end();
    }
    const order = orders[pathname.slice(1)];
    if (order) {
      order({ cut });
      return response.end();
    }
    if (pathname === "/counts")
      return response.writeHead(200, open).end(JSON.stringify({ counts: Object.fromEntries(counts), inFlight, most }));
    const [, id] = pathname.match(/\/api\/open\/v1\/(?:jobs|projects)\/(\w+)(?:\/jobs)?$/) ?? [];
    if (!id) {
      if (!user || request.headers.authorization === authorization) return files(request, response);
      return response.writeHead(401, { "www-authenticate": 'Basic realm="pages"' }).end();
    }
    if (request.method !== "GET") return response.writeHead(404).end();
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    const { body = "", status = 200, headers, after = 0, breaks, held: isHeld } = ways[id.split("_")[0]](id, count);
    if (breaks) return request.socket.destroy();
    most = Math.max(most, ++inFlight);
    const respond = () => {
      inFlight--;
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
    };
    if (isHeld) held.set(id, respond);
    else if (after) setTimeout(respond, after);
    else respond();
  });
  await new Promise((resolve) => server.listen(0, "0.0.0.0", resolve));
  const { port } = server.address();
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, elsewhere: `http://${outside() ?? "127.0.0.2"}:${port}`, stop };
}
