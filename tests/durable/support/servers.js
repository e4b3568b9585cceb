// Servers of this machine's packages, on loopback, for one test file.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** Ends what a test started, the last first: who uses a server ends before it. */
const endings = new WeakMap();

export function atEnd(t, end) {
  if (!endings.has(t)) {
    const stack = [];
    endings.set(t, stack);
    t.after(async () => {
      while (stack.length > 0) await stack.pop()();
    });
  }
  endings.get(t).push(end);
}

/** How long a server may take until it answers. */
const START_MS = 60_000;

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

export function temporary(t, name) {
  const folder = mkdtempSync(join(tmpdir(), `plangrep-${name}-`));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Runs a program until the end of test `t`. */
export function run(t, command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
  const ended = new Promise((resolve) => {
    child.once("exit", resolve);
    child.once("error", resolve);
  });
  const kill = async (signal) => {
    child.kill(signal);
    await ended;
  };
  atEnd(t, () => kill("SIGKILL"));
  return { pid: child.pid, child, ended, kill };
}

/** Waits until something answers at a port; a program that ended before will not. */
export async function answers(port, { ended } = {}) {
  const end = performance.now() + START_MS;
  let over = false;
  ended?.then(() => {
    over = true;
  });
  while (!over && performance.now() < end) {
    const socket = connect(port, "127.0.0.1");
    const open = await Promise.race([
      once(socket, "connect").then(
        () => true,
        () => false,
      ),
    ]);
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing answers at port ${port}`);
}

/** PostgreSQL, which refuses to run as root: its own user runs it then. Gives the environment of its clients. */
export async function postgres(t) {
  const folder = temporary(t, "postgres");
  const bin = postgresPrograms();
  const isRoot = userInfo().uid === 0;
  const as = (args) =>
    isRoot
      ? ["setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", ...args]]
      : [args[0], args.slice(1)];
  if (isRoot) {
    const id = (option) => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }));
    chownSync(folder, id("-u"), id("-g"));
  }
  const data = join(folder, "data");
  const init = [
    "initdb",
    "--pgdata",
    data,
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--no-sync",
    "--locale=C",
  ];
  execFileSync(...as([join(bin, init[0]), ...init.slice(1)]), { stdio: ["ignore", "ignore", "inherit"], cwd: folder });
  const port = await freePort();
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    `unix_socket_directories=${folder}`,
    "fsync=off",
    "max_connections=200",
    "log_min_messages=fatal",
  ];
  const server = run(t, ...as([join(bin, "postgres"), "-D", data, ...settings.flatMap((setting) => ["-c", setting])]), {
    cwd: folder,
  });
  await answers(port, server);
  return { PGHOST: "127.0.0.1", PGPORT: String(port), PGUSER: "postgres", PGDATABASE: "postgres" };
}

function postgresPrograms() {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((one, other) => Number(other) - Number(one)) : [];
  if (versions.length === 0) throw new Error("PostgreSQL is needed: apt-get install postgresql");
  return join(root, versions[0], "bin");
}

/** Redis. Gives the environment of its clients. */
export async function redis(t) {
  const port = await freePort();
  const args = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--loglevel",
    "warning",
  ];
  const server = run(t, "redis-server", args, { cwd: temporary(t, "redis") });
  await answers(port, server);
  return { REDIS_HOST: "127.0.0.1", REDIS_PORT: String(port) };
}
