// The README's table of environments, from result.json: `node tests/packaging/table.mjs` puts it between its marks.

import { readFile, writeFile } from "node:fs/promises";

const readme = new URL("../../pkg-template/README.md", import.meta.url);
const marks = /(<!-- environments -->\n)[\s\S]*?(<!-- \/environments -->)/;

/** What the package should run in, and what no run here can show. */
const untested =
  "Not tested: Safari itself (its engine is, as WebKitGTK), Chromium's and Firefox's other systems and siblings (Windows, " +
  "macOS, Android, iOS, Edge, Opera), the hosted runtimes of Cloudflare, Vercel and Deno, Electron, React Native.";

/** What stands before the first comma of each environment, with what was tested of it. */
function families(results) {
  const families = {};
  for (const { environment, version, how, result, ran } of results) {
    if (result !== "passed") throw new Error(`${environment} ${version} has not passed`);
    const [name, ...variant] = environment.split(", ");
    families[name] ??= { versions: new Set(), tested: new Set() };
    families[name].versions.add(version);
    families[name].tested.add((variant.join(", ") || how) + (ran ? ` (last on ${ran})` : ""));
  }
  return Object.entries(families);
}

const results = JSON.parse(await readFile(new URL("result.json", import.meta.url), "utf8"));
const lines = families(results).map(
  ([name, { versions, tested }]) => `| ${name} | ${[...versions].join(", ")} | ${[...tested].join("; ")} |`,
);
const table = ["| Environment | Versions | Tested |", "|---|---|---|", ...lines, "", untested].join("\n");

const text = await readFile(readme, "utf8");
if (marks.test(text))
  await writeFile(
    readme,
    text.replace(marks, (_, start, end) => `${start}${table}\n${end}`),
  );
else console.log(table);
