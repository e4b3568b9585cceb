// The built package as an application has it: found by its name, through its `exports`.

import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const pkg = fileURLToPath(new URL("../../../pkg", import.meta.url));
const modules = fileURLToPath(new URL("../node_modules", import.meta.url));

if (!existsSync(`${pkg}/package.json`)) throw new Error("there is no package to measure: run `cargo xtask build`");
mkdirSync(modules, { recursive: true });
rmSync(`${modules}/plangrep-client`, { recursive: true, force: true });
symlinkSync(pkg, `${modules}/plangrep-client`, "junction");
