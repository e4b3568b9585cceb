// What a page is told, in Chromium: the line of the application, and what the browser refused.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { openPage } from "../page/support/browser.js";
import { location } from "../support/package.js";
import { job } from "../support/samples.js";
import { sendJson, serve } from "../support/server.js";

/** A page with the package, under this policy. */
async function pageWith(t, headers = {}) {
  const site = await serve(t, async (request, response) => {
    if (request.url === "/") {
      response.writeHead(200, { "content-type": "text/html", ...headers });
      response.end('<!doctype html><html lang="en"><title>Page</title>');
    } else if (request.url === "/index.mjs") {
      response.writeHead(200, { "content-type": "text/javascript" });
      response.end(await readFile(new URL("index.mjs", location)));
    } else {
      sendJson(response, 404, { message: "not here" });
    }
  });
  const page = await openPage(t, site.url);
  return { page, site };
}

/** An API on another origin, with these headers. */
const api = (t, headers) =>
  serve(t, (request, response) =>
    sendJson(response, 200, { job: job({ id: request.url.split("/").at(-1) }) }, headers),
  );

test("an asynchronous error's stack holds the functions that await it", async (t) => {
  const { page } = await pageWith(t);
  const { stack, message } = await page.evaluate(async () => {
    const { PlangrepClient } = await import("/index.mjs");
    const client = new PlangrepClient({ baseUrl: "/", maxRetries: 0 });
    async function ofTheApplication() {
      await client.getJob("job_1");
    }
    async function itsCaller() {
      await ofTheApplication();
    }
    const { stack, message } = await itsCaller().catch((error) => error);
    return { stack, message };
  });
  const [head, ...frames] = stack.split("\n");
  assert.equal(head, `ApiError: ${message}`);
  assert.match(frames[0], /at async ofTheApplication /);
  assert.match(frames[1], /at async itsCaller /);
  assert.ok(!/wasm/.test(stack), stack);
});

test("so do those of every other call: lists, waits, loops, checks and stores", async (t) => {
  const { page } = await pageWith(t);
  const stacks = await page.evaluate(async () => {
    const { PlangrepClient } = await import("/index.mjs");
    const client = new PlangrepClient({ baseUrl: "/", maxRetries: 0 });
    const loop = async (watch) => {
      for await (const update of watch) return update;
    };
    const failed = (store) => new Promise((_, reject) => store.listen(({ error }) => error === null || reject(error)));
    const calls = {
      listJobs: () => client.listJobs("proj_1"),
      waitForJob: () => client.waitForJob("job_1"),
      waitForJobs: () => client.waitForJobs(["job_1", "job_2"]),
      next: () => client.watchJob("job_1").next(),
      watchJob: () => loop(client.watchJob("job_1")),
      watchProject: () => loop(client.watchProject("proj_1")),
      checkJob: async () => Promise.reject((await client.checkJob("job_1", null)).error),
      checkProject: async () => Promise.reject((await client.checkProject("proj_1", null)).error),
      resumeJob: () => client.resumeJob("job_1"),
      observeJob: () => failed(client.observeJob("job_1")),
      observeProject: () => failed(client.observeProject("proj_1")),
    };
    const stacks = {};
    for (const [name, call] of Object.entries(calls)) {
      async function ofTheApplication() {
        await call();
      }
      stacks[name] = await ofTheApplication().catch((error) => error.stack);
    }
    return stacks;
  });
  assert.equal(Object.keys(stacks).length, 11);
  for (const [name, stack] of Object.entries(stacks)) {
    assert.match(stack, /^ApiError: (Job job_1|Project proj_1|Job job_2): The server answered 404: not here\n/, name);
    assert.match(stack, /ofTheApplication /, `${name}: ${stack}`);
    assert.ok(!/wasm/.test(stack), `${name}: ${stack}`);
  }
});

test("a synchronous error's stack begins at the caller", async (t) => {
  const { page } = await pageWith(t);
  const stacks = await page.evaluate(async () => {
    const { PlangrepClient, summarizeBilling } = await import("/index.mjs");
    const client = new PlangrepClient({ baseUrl: "/" });
    const calls = [
      () => new PlangrepClient({ timeoutMs: -1 }),
      () => client.watchJob("a/b"),
      () => summarizeBilling("x"),
    ];
    return calls.map(function ofTheApplication(call) {
      try {
        return call();
      } catch (error) {
        return error.stack;
      }
    });
  });
  for (const stack of stacks) {
    const frames = stack.split("\n").filter((line) => line.startsWith("    at "));
    assert.match(frames.slice(0, 2).join("\n"), /ofTheApplication/, stack);
    assert.ok(!/wasm|index\.mjs/.test(frames.join("\n")), stack);
  }
});

/** What `getJob("job_1")` of this server is rejected with in the page. */
const rejection = (page, baseUrl) =>
  page.evaluate(async (baseUrl) => {
    const { PlangrepClient } = await import("/index.mjs");
    const client = new PlangrepClient({ baseUrl, maxRetries: 0 });
    const { name, code, message, url } = await client.getJob("job_1").catch((error) => error);
    return { name, code, message, url };
  }, baseUrl);

const refusal = (url) => ({
  name: "ConnectionError",
  code: "connection_failed",
  message: `Job job_1: The connection to ${url} failed: Failed to fetch (the server, by CORS, or this page's policy may not allow it)`,
  url,
});

test("a request to another origin that CORS refuses tells the URL and what may be the cause", async (t) => {
  const { page } = await pageWith(t);
  const { url, requests } = await api(t, {});
  assert.deepEqual(await rejection(page, url), refusal(`${url}/api/open/v1/jobs/job_1`));
  assert.equal(requests.length, 1);
  assert.match(page.problems.join("\n"), /blocked by CORS policy/);
});

test("one that the page's connect-src refuses tells the same, and nothing is sent", async (t) => {
  const { page } = await pageWith(t, {
    "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
  });
  const { url, requests } = await api(t, { "access-control-allow-origin": "*" });
  assert.deepEqual(await rejection(page, url), refusal(`${url}/api/open/v1/jobs/job_1`));
  assert.equal(requests.length, 0);
  assert.match(page.problems.join("\n"), /connect-src/i);
});

/** What a wait for `job_1` of this server ends with in the page, and how many requests it made. */
const wait = (page, baseUrl) =>
  page.evaluate(async (baseUrl) => {
    const { PlangrepClient } = await import("/index.mjs");
    let attempts = 0;
    const onEvent = ({ type }) => {
      if (type === "request") attempts++;
    };
    const client = new PlangrepClient({ baseUrl, maxRetries: 0, pollFloorMs: 10, onEvent });
    const end = await client.waitForJob("job_1", { intervalMs: 10, maxPollErrors: 3 }).catch((error) => error);
    return { code: end.code, attempts };
  }, baseUrl);

test("a wait whose server the page's policy refuses ends at once, and so does one for http in a page of https", async (t) => {
  const { page } = await pageWith(t, {
    "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
  });
  assert.deepEqual(await wait(page, "https://api.example"), { code: "connection_failed", attempts: 1 });
  const secure = await openPage(t, "about:blank");
  const script = await readFile(new URL("index.mjs", location));
  await secure.route("https://app.example/**", (route) =>
    route.request().url().endsWith(".mjs")
      ? route.fulfill({ contentType: "text/javascript", body: script })
      : route.fulfill({ contentType: "text/html", body: "<!doctype html>" }),
  );
  await secure.goto("https://app.example/");
  assert.deepEqual(await wait(secure, "http://api.example"), { code: "connection_failed", attempts: 1 });
});

test("a policy that only reports, and another origin's refusal, are survived as any failure", async (t) => {
  const { page } = await pageWith(t, { "content-security-policy-report-only": "connect-src 'self'" });
  const { url } = await api(t, {});
  assert.deepEqual(await wait(page, url), { code: "connection_failed", attempts: 4 });
});

test("where the other origin allows it, and the policy does, the job comes", async (t) => {
  const { page } = await pageWith(t, {
    "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src *",
  });
  const { url } = await api(t, { "access-control-allow-origin": "*" });
  const { id } = await page.evaluate(async (baseUrl) => {
    const { PlangrepClient } = await import("/index.mjs");
    return await new PlangrepClient({ baseUrl }).getJob("job_1");
  }, url);
  assert.equal(id, "job_1");
  assert.deepEqual(page.problems, []);
});

test("on the page's own origin nothing is said of CORS", async (t) => {
  const { page, site } = await pageWith(t);
  await page.route("**/api/**", (route) => route.abort("connectionreset"));
  const { message } = await rejection(page, "/");
  assert.equal(message, `Job job_1: The connection to ${site.url}/api/open/v1/jobs/job_1 failed: Failed to fetch`);
});
