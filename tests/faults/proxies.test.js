// The proxies of SECURITY.md, as they stand there, between the client of a page and the emulator.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startChild } from "../support/child.js";
import { rejectionOf } from "../support/outcome.js";
import { PlangrepClient } from "../support/package.js";
import { emulated, pathOf } from "./support/emulated.js";
import { pause } from "./support/page/within.js";

delete process.env.PLANGREP_API_KEY;
const emulator = await emulated();
const text = readFileSync(new URL("../../SECURITY.md", import.meta.url), "utf8");
// There, `import` finds the servers that the snippets are written for.
const folder = new URL("node_modules/.snippets/", import.meta.url);

/** The snippet below a heading, as a file that Node can run. */
function snippet(heading) {
  const [, code] = new RegExp(`### ${heading}.*\n+\`\`\`js\n([^]*?)\n\`\`\``).exec(text);
  mkdirSync(folder, { recursive: true });
  const file = new URL(`${heading.split(" ").at(-1)}.mjs`, folder);
  const built = new URL("../../pkg/node.mjs", import.meta.url);
  writeFileSync(file, code.replace('"plangrep-client"', JSON.stringify(built.href)));
  return fileURLToPath(file);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

const children = [];
after(() => {
  children.forEach((child) => void child.kill());
  console.error(`• proxies: ${children.length} servers, as SECURITY.md has them`);
});

/** Starts a proxy; gives its address. */
async function start(...args) {
  const port = await freePort();
  const env = { ...process.env, PORT: port, PLANGREP_API_KEY: emulator.apiKey, PLANGREP_BASE_URL: emulator.url };
  const child = startChild(process.execPath, args, { env });
  children.push(child);
  // Fastify listens on "localhost", be that ::1 or 127.0.0.1.
  const url = `http://localhost:${port}`;
  for (let tries = 0; tries < 600; tries++) {
    if (await fetch(url).catch(() => false)) return url;
    await pause(50);
  }
  throw new Error("the proxy does not listen");
}

const PROXIES = {
  Express: () => [snippet("Express")],
  Fastify: () => [snippet("Fastify")],
  "a fetch handler": () => [
    fileURLToPath(new URL("support/serve-fetch.js", import.meta.url)),
    snippet("A fetch handler"),
  ],
};

for (const [name, args] of Object.entries(PROXIES)) {
  describe(name, () => {
    let url;
    let client;
    before(async () => {
      url = await start(...args());
      client = new PlangrepClient({ baseUrl: `${url}/plangrep`, maxRetries: 0, pollFloorMs: 1 });
    });
    const direct = () => new PlangrepClient({ baseUrl: emulator.url, apiKey: emulator.apiKey });
    const finished = { kind: "completes", ageMs: 86_400_000 };

    test("jobs come through as they are", async () => {
      const { samples } = emulator;
      assert.deepEqual(await client.getJob(samples.jobId), await direct().getJob(samples.jobId));
      assert.deepEqual(await client.listJobs(samples.projectId), await direct().listJobs(samples.projectId));
    });

    test("a wait polls through it", async () => {
      const jobId = await emulator.newJob({
        id: `job-${name.replaceAll(" ", "_")}`,
        steps: [{}, {}, { status: "completed" }],
      });
      const job = await client.waitForJob(jobId, { intervalMs: 20 });
      assert.equal(job.status, "completed");
      assert.equal((await emulator.log(pathOf.get(jobId))).length, 3);
    });

    test("a job is resumed and cancelled through it", async () => {
      const jobId = await emulator.newJob({ kind: "blocked", ageMs: 3_600_000, cancelTakesMs: 0 });
      const refused = await rejectionOf(client.resumeJob(jobId));
      assert.deepEqual([refused.status, refused.apiCode], [409, "insufficient_credits"]);
      await emulator.addCredits(jobId);
      assert.match((await client.resumeJob(jobId)).status, /^(preflighting|processing)$/);
      assert.equal((await client.cancelJob(jobId)).status, "cancelled");
    });

    test("an error keeps its status, code, message and Retry-After", async () => {
      assert.equal((await rejectionOf(client.getJob("job_unknown"))).code, "not_found");
      const jobId = await emulator.newJob(finished);
      await emulator.addRules({
        name: `${name} 429`,
        when: { job: jobId },
        respond: { status: 429, code: "slow_down", message: "Too many." },
        headers: { "retry-after": "7" },
      });
      const error = await rejectionOf(client.getJob(jobId));
      assert.deepEqual(
        [error.code, error.apiCode, error.apiMessage, error.retryAfterMs],
        ["rate_limited", "slow_down", "Too many.", 7000],
      );
    });

    test("a redirect, and what is no job, is a bad gateway", async () => {
      const jobId = await emulator.newJob(finished);
      const redirect = { respond: { status: 302 }, headers: { location: pathOf.get("elsewhere") } };
      const portal = { respond: { status: 200, body: "html" } };
      await emulator.addRules(
        { ...redirect, name: `${name} 302`, when: { job: jobId, nth: [1] } },
        { ...portal, name: `${name} html`, when: { job: jobId, nth: [2] } },
      );
      for (const _ of ["redirect", "portal"]) assert.equal((await rejectionOf(client.getJob(jobId))).status, 502);
      assert.equal((await emulator.log(pathOf.get("elsewhere"))).length, 0);
    });

    test("the key does not come out, even if it is echoed", async () => {
      const jobId = await emulator.newJob(finished);
      await emulator.addRules({ name: `${name} echo`, when: { job: jobId }, respond: { status: 401, body: "echo" } });
      const response = await fetch(`${url}/plangrep${pathOf.get(jobId)}`);
      const all = JSON.stringify([...response.headers]) + (await response.text());
      assert.equal(response.status, 401);
      assert.equal(all.includes(emulator.apiKey), false);
    });

    test("nothing else is passed on", async () => {
      const { jobId, projectId } = emulator.samples;
      const before = (await emulator.state()).requests.total;
      for (const [method, path] of [
        ["POST", pathOf.get(jobId)],
        ["DELETE", pathOf.list(projectId)],
        ["GET", `${pathOf.get(jobId)}/result`],
        ["GET", "/api/open/v1/projects"],
        ["GET", pathOf.get("..%2F..%2Fx")],
        ["GET", pathOf.get("%2e%2e")],
      ]) {
        const { status } = await fetch(`${url}/plangrep${path}`, { method });
        assert.ok(status >= 400, `${method} ${path}: ${status}`);
      }
      assert.equal((await emulator.state()).requests.total, before);
    });
  });
}
