// The server that the page came from: the emulator, its proxy, or anything else that serves files.

import { state } from "./store.js";

const ADMIN = "/_emulator";

/** Asks the server what it is and fills in the form with what it says. */
export async function discover() {
  const hello = await read("/");
  if (hello === null) return;
  const { server, target } = state;
  server.mode = hello.mode;
  server.apiKey = hello.apiKey ?? "";
  target.apiKey = server.apiKey;
  target.projectId = hello.projectId ?? "";
  if (server.mode === "emulator") await Promise.all([refreshProjects(), refreshClock()]);
}

/** Whether jobs can be started and things broken from here. */
export const isEmulator = () => state.server.mode === "emulator";

/** Whether the address is the page's own server. */
export const isOwnServer = (address) => URL.canParse(address, location.href) && originOf(address) === location.origin;

const originOf = (address) => new URL(address, location.href).origin;

/** Reads the projects that the emulator has. */
export async function refreshProjects() {
  state.server.projects = (await read("/projects"))?.projects ?? [];
}

/** Reads the emulator's clock, which may be faster than ours. */
export async function refreshClock() {
  const reading = await read("/clock");
  state.server.clock = reading && { ...reading, readAt: performance.now() };
}

/** The time by the clock that the jobs live by, in ms since 1970. */
export function now() {
  const { clock } = state.server;
  if (clock === null || !isOwnServer(state.target.address)) return Date.now();
  return clock.nowMs + (clock.paused ? 0 : (performance.now() - clock.readAt) * clock.speed);
}

/** Asks the emulator to do something. Rejects with what it says against it. */
export async function order(method, path, body) {
  const init = { method, body: body === undefined ? undefined : JSON.stringify(body) };
  const response = await fetch(ADMIN + path, init).catch(() => {
    throw new Error("The emulator cannot be reached. Is it still running?");
  });
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (response.ok) return answer;
  throw new Error(answer?.error?.message ?? `The emulator answered with ${response.status}.`);
}

async function read(path) {
  try {
    const response = await fetch(ADMIN + path);
    const isJson = response.headers.get("content-type")?.includes("json");
    return response.ok && isJson ? await response.json() : null;
  } catch {
    return null;
  }
}
