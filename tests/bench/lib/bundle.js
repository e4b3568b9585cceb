// Applications in a Vite production build.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import "./package.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The files that a production build of `apps/NAME.js` ships, as `[{ name, bytes }]`; the first is the entry. */
export async function bundle(name) {
  const outDir = await mkdtemp(join(tmpdir(), "plangrep-bench-"));
  try {
    await build({
      root,
      configFile: false,
      logLevel: "error",
      build: {
        outDir,
        emptyOutDir: true,
        modulePreload: false,
        assetsInlineLimit: 0,
        rolldownOptions: {
          input: join(root, "apps", `${name}.js`),
          // The application uses what it exports.
          preserveEntrySignatures: "strict",
          output: { entryFileNames: "entry.js" },
        },
      },
    });
    const names = await readdir(outDir, { recursive: true, withFileTypes: true });
    const files = names.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    const read = async (file) => ({ name: file.slice(outDir.length + 1), bytes: await readFile(file) });
    const shipped = await Promise.all(files.map(read));
    return shipped.sort((one, other) => (other.name === "entry.js") - (one.name === "entry.js"));
  } finally {
    await rm(outDir, { recursive: true });
  }
}
