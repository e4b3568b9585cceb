// Durable Objects on workerd, Cloudflare's runtime.

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { copied } from "./support/recipe.js";
import { standsEverything } from "./support/scenario.js";
import { answers, freePort, run, temporary } from "./support/servers.js";

/** Calls a method of a wait's object: `/start/job_…`. */
const ENTRY = `export { Wait } from "./waits.mjs";
export default {
  async fetch(request, { WAITS }) {
    const [, name, id] = new URL(request.url).pathname.split("/");
    return Response.json((await WAITS.get(WAITS.idFromName(id))[name](id)) ?? null);
  },
};
`;

test("waits in Durable Objects outlive their runtime, keep the server's wishes, and end once", async (t) => {
  await standsEverything(t, {
    async engine(t, env) {
      const folder = copied(t, "durable-object");
      const port = await freePort();
      await bundle(folder);
      configure(folder, port, env, temporary(t, "objects"));
      const call = async (name, id) => {
        const response = await fetch(`http://127.0.0.1:${port}/${name}/${id}`);
        if (!response.ok) throw new Error(`${name} ${id}: ${response.status} ${await response.text()}`);
        return await response.json();
      };
      const ids = new Set();
      const ended = new Map();
      // Itself, not the package's script that starts it: that would be what is killed.
      const workerd = join(
        folder,
        `node_modules/@cloudflare/workerd-${process.platform}-${process.arch.replace("x", "")}/bin/workerd`,
      );
      return {
        workers: 1,
        async worker() {
          const server = run(t, workerd, ["serve", "config.capnp"], {
            cwd: folder,
            stdio: ["ignore", "ignore", "inherit"],
          });
          await answers(port, server);
          return server;
        },
        async start(id) {
          ids.add(id);
          await call("start", id);
        },
        nudge: (id) => call("nudge", id),
        async outcomes() {
          const left = [...ids].filter((id) => !ended.has(id));
          for (let at = 0; at < left.length; at += 50) {
            const some = left.slice(at, at + 50);
            const outcomes = await Promise.all(some.map((id) => call("outcome", id)));
            for (const [place, outcome] of outcomes.entries()) if (outcome !== null) ended.set(some[place], outcome);
          }
          return [...ended];
        },
        afterLoss: 5_000,
      };
    },
  });
});

async function bundle(folder) {
  writeFileSync(join(folder, "entry.mjs"), ENTRY);
  mkdirSync(join(folder, "out"));
  await build({
    entryPoints: [join(folder, "entry.mjs")],
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:workers"],
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    outfile: join(folder, "out/main.mjs"),
  });
}

function configure(folder, port, env, disk) {
  const modules = readdirSync(join(folder, "out")).map((name) => {
    const kind = name.endsWith(".wasm") ? "wasm" : "esModule";
    return `(name = "${name}", ${kind} = embed "out/${name}")`;
  });
  const main = modules.sort((one) => (one.includes("main.mjs") ? -1 : 1));
  const texts = Object.entries(env).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`);
  writeFileSync(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .waits),
    (name = "disk", disk = (path = ${JSON.stringify(disk)}, writable = true)),
    (name = "internet", network = (allow = ["private", "public"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const waits :Workerd.Worker = (
  modules = [${main.join(", ")}],
  compatibilityDate = "2026-01-01",
  durableObjectNamespaces = [(className = "Wait", uniqueKey = "waits", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
  bindings = [(name = "WAITS", durableObjectNamespace = "Wait"), ${texts.join(", ")}],
  globalOutbound = "internet",
);
`,
  );
}
