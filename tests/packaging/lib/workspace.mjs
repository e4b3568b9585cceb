// Temporary folders with applications in them, into which the packed package was installed.

import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./process.mjs";

export const here = dirname(dirname(fileURLToPath(import.meta.url)));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

/** The tools that a group's lock file names; installs only where they are missing or the lock has changed. */
export async function installTools(group) {
  const dir = join(here, group);
  const lock = await readFile(join(dir, "package-lock.json"), "utf8");
  const stamp = join(dir, "node_modules/.installed-lock.json");
  const installed = await readFile(stamp, "utf8").catch(() => "");
  if (installed === lock) return;
  console.error(`installing npm packages in ${dir}`);
  // Not `npm ci`: it refuses a lock file without the packages of other platforms, and not every registry has those.
  await run(npm, ["install", "--no-save", ...quiet], { cwd: dir, timeoutMs: 900_000 });
  await writeFile(stamp, lock);
}

export class Workspace {
  #root;
  #apps = 0;

  /** Installs the tarball as a user does, once; every application gets a copy of what npm made of it. */
  static async create(tarball) {
    const workspace = new Workspace();
    workspace.tarball = tarball;
    workspace.#root = await mkdtemp(join(tmpdir(), "plangrep-everywhere-"));
    const fresh = join(workspace.#root, "fresh");
    await mkdir(fresh);
    await writeFile(join(fresh, "package.json"), `{"private":true}`);
    await run(npm, ["install", ...quiet, tarball], { cwd: fresh });
    return workspace;
  }

  get package() {
    return join(this.#root, "fresh/node_modules/plangrep-client");
  }

  remove() {
    return rm(this.#root, { recursive: true, force: true });
  }

  /**
   * A copy of `folder` ("bundlers/vite") with the package in its node_modules, and the group's tools where Node finds
   * them. `copyTools`: for tools that refuse to leave the application's folder. `bare`: without the package and tools.
   */
  async app(folder, { copyTools = false, bare = false } = {}) {
    const [group] = folder.split("/");
    const parent = join(this.#root, `${++this.#apps}-${group}`);
    const app = join(parent, folder.split("/").at(-1));
    await cp(join(here, folder), app, { recursive: true, filter: (path) => !path.includes("node_modules") });
    const manifest = join(app, "package.json");
    if (!existsSync(manifest)) await writeFile(manifest, `{"private":true,"type":"module"}`);
    await this.#copyCheck(app);
    if (bare) return app;
    const modules = join(app, "node_modules");
    const tools = join(here, group, "node_modules");
    if (copyTools) await copyLinks(tools, modules);
    else await symlink(tools, join(parent, "node_modules"));
    await cp(this.package, join(modules, "plangrep-client"), { recursive: true });
    return app;
  }

  /** check.mjs, as a module and as CommonJS, and what pages and those who have visitors need around it. */
  async #copyCheck(app) {
    const source = await readFile(join(here, "check.mjs"), "utf8");
    const commonJs = `${source.replaceAll(/^export /gm, "")}\nmodule.exports = { check };\n`;
    await writeFile(join(app, "check.mjs"), source);
    await writeFile(join(app, "check.cjs"), commonJs);
    for (const file of ["page.mjs", "visits.mjs"]) await cp(join(here, file), join(app, file));
  }
}

/** Hard links where both lie on one disk, which takes a second instead of a minute. */
async function copyLinks(from, to) {
  await mkdir(to);
  const copy = (how) => run("cp", [how, `${from}/.`, to]);
  await copy("-al").catch(() => copy("-a"));
}
