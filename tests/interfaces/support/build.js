// Bundles a recipe's application for a page and, where it renders on one, for a server, as the frameworks' own tools do.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { transformAsync } from "@babel/core";
import { build } from "esbuild";
import { compile, compileModule } from "svelte/compiler";
import { compileScript, parse } from "vue/compiler-sfc";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const require = createRequire(import.meta.url);

/** The recipes import a client of theirs, and all of them the package as it was built. */
const substitutes = {
  name: "substitutes",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/client\.js$/ }, () => ({ path: `${root}tests/interfaces/apps/client.js` }));
    onResolve({ filter: /^plangrep-client$/ }, () => ({
      path: process.env.PLANGREP_PACKAGE ?? `${root}pkg/index.mjs`,
    }));
  },
};

/** The manual's first component, as it is printed there. */
const manual = {
  name: "manual",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^manual$/ }, () => ({ path: "manual", namespace: "manual" }));
    onLoad({ filter: /.*/, namespace: "manual" }, async () => {
      const text = await readFile(`${root}pkg-template/README.md`, "utf8");
      const imports = [
        'import { useMemo, useSyncExternalStore } from "react";',
        'import { client } from "../client.js";',
      ];
      const contents = [...imports, /```jsx\n(.*?)```/s.exec(text)[1]].join("\n");
      return { contents, loader: "jsx", resolveDir: `${root}tests/interfaces/apps/manual` };
    });
  },
};

const vue = (ssr) => ({
  name: "vue",
  setup({ onLoad }) {
    onLoad({ filter: /\.vue$/ }, async ({ path }) => {
      const { descriptor } = parse(await readFile(path, "utf8"), { filename: path });
      const options = { id: basename(path), inlineTemplate: true, templateOptions: { ssr, ssrCssVars: [] } };
      return { contents: compileScript(descriptor, options).content, loader: "js" };
    });
  },
});

const svelte = (generate) => ({
  name: "svelte",
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte(\.js)?$/ }, async ({ path }) => {
      const translate = path.endsWith(".js") ? compileModule : compile;
      const { js } = translate(await readFile(path, "utf8"), { filename: path, generate });
      return { contents: js.code, loader: "js" };
    });
  },
});

const solid = (generate) => ({
  name: "solid",
  setup({ onLoad }) {
    onLoad({ filter: /\/solid\/\w+\.jsx$/ }, async ({ path }) => {
      const presets = [[require.resolve("babel-preset-solid"), { generate, hydratable: true }]];
      const { code } = await transformAsync(await readFile(path, "utf8"), { presets, babelrc: false });
      return { contents: code, loader: "js" };
    });
  },
});

const plugins = (server) => [
  substitutes,
  manual,
  vue(server),
  svelte(server ? "server" : "client"),
  solid(server ? "ssr" : "dom"),
];

const common = {
  bundle: true,
  format: "esm",
  jsx: "automatic",
  jsxDev: false,
  logLevel: "silent",
  define: {
    "process.env.NODE_ENV": '"development"',
    __VUE_OPTIONS_API__: "true",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
  },
  tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
  nodePaths: [`${root}tests/interfaces/node_modules`],
};

/** The page's module, as text; it exports `mount(element, jobId)`, which gives what unmounts. */
export async function forPage(entry) {
  const conditions = ["browser", "development"];
  const options = { ...common, entryPoints: [entry], plugins: plugins(false), conditions, write: false };
  const { outputFiles } = await build(options);
  return outputFiles[0].text;
}

/** The server's module, written where Node finds the frameworks. */
export async function forServer(entry, outfile) {
  await build({
    ...common,
    entryPoints: [entry],
    outfile,
    plugins: plugins(true),
    platform: "node",
    packages: "external",
  });
}
