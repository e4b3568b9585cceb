// What service workers do to the requests of their pages. Which of it, a job's id says.

let answered = 0;
const ways = {
  passes: (request) => fetch(request),
  /** As one does that goes by the address alone. */
  refetches: ({ url }) => fetch(url),
  /** A strategy for files, used for everything. */
  async caches(request) {
    const cache = await caches.open("all");
    const kept = await cache.match(request);
    if (kept) return kept;
    const response = await fetch(request);
    await cache.put(request, response.clone());
    return response;
  },
  fails: () => Response.error(),
  rejects: () => Promise.reject(new Error("no network")),
  /** Without CORS there is nothing to read, so the browser lets the page have none of it. */
  opaque: ({ url }) => fetch(url, { mode: "no-cors" }),
  /** The application's shell for all that could not be had, for a while. */
  shell: (request) =>
    answered++ < 3
      ? new Response("<!doctype html><p>You are offline", { headers: { "content-type": "text/html" } })
      : fetch(request),
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const [, name] = event.request.url.match(/\/jobs\/\w+_(\w+)$/) ?? [];
  if (ways[name]) event.respondWith(ways[name](event.request));
});
