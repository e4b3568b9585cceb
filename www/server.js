// The server that the page came from: the emulator, its proxy, or anything else that serves files.

import { state } from "./store.js";

const ADMIN = "/_emulator";

/** Requests what the server is and fills in the form with what it says. */
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

/** Whether the page is connected to the server that it came from. */
export const isOwnServer = () => URL.parse(state.target.address, location.href)?.origin === location.origin;

/** Whether it is connected to the emulator that it came from. */
export const isOwnEmulator = () => isEmulator() && isOwnServer();

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
  if (clock === null || !isOwnServer()) return Date.now();
  return clock.nowMs + (clock.paused ? 0 : (performance.now() - clock.readAt) * clock.speed);
}

/** Has the emulator do something. Rejects with what it says against it. */
export async function order(method, path, body) {
  const init = { method, body: body === undefined ? undefined : JSON.stringify(body) };
  const response = await fetch(ADMIN + path, init).catch(() => {
    throw new Error("The emulator cannot be reached. Is it still running?");
  });
  const value = await response.json().catch(() => null);
  if (response.ok) return value;
  throw new Error(value?.error?.message ?? `The emulator answered with ${response.status}.`);
}

/** What the emulator says; null where there is none. */
const read = (path) => order("GET", path).catch(() => null);
