import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { install, loaders } from "./support/installed.js";

const folder = install();
const wasmFile = join(folder, "node_modules/plangrep-client/plangrep_client.wasm");
const { load, require } = await loaders(folder);

for (const entry of ["plangrep-client", "plangrep-client/external"]) {
  test(`${entry}: import and require give the same functions and classes`, async () => {
    const imported = await load(entry);
    const required = require(entry);
    assert.deepEqual(Object.keys(imported).sort(), Object.keys(required).sort());
    for (const name of Object.keys(required)) assert.equal(imported[name], required[name], name);
  });
}

test("every entry exports the same names, and external init as well", async () => {
  const names = async (file) => {
    const url = pathToFileURL(join(folder, "node_modules/plangrep-client", file)).href;
    return Object.keys(await import(url)).sort();
  };
  const main = await names("index.mjs");
  assert.deepEqual(await names("node.mjs"), main);
  const external = [...main, "init"].sort();
  assert.deepEqual(await names("external.mjs"), external);
  assert.deepEqual(await names("external-node.mjs"), external);
});

test("the first call works straight after import, without an init", async () => {
  const { isTerminal, jobStatuses } = await load("plangrep-client");
  assert.equal(isTerminal("completed"), true);
  assert.equal(isTerminal("processing"), false);
  assert.equal(jobStatuses().length, 11);
});

test("external: calls fail before init and say so", async () => {
  const { isTerminal, PlangrepError } = await fresh();
  assert.throws(
    () => isTerminal("failed"),
    (error) => PlangrepError.is(error) && error.code === "wasm_unavailable" && /await init/.test(error.message),
  );
});

const bytes = readFileSync(wasmFile);
const sources = {
  "a file URL": () => pathToFileURL(wasmFile),
  "a URL as text": () => pathToFileURL(wasmFile).href,
  bytes: () => bytes,
  "an ArrayBuffer": () => new Uint8Array(bytes).buffer,
  "a module": () => new WebAssembly.Module(bytes),
  "a Response": () => new Response(bytes),
  "a promise of a Response": () => Promise.resolve(new Response(bytes)),
};
for (const [name, source] of Object.entries(sources)) {
  test(`external: init takes ${name}`, async () => {
    const { init, isTerminal } = await fresh();
    await init(source());
    assert.equal(isTerminal("failed"), true);
  });
}

test("external: a Response is compiled while it arrives, where its type is named, and else once it is whole", async (t) => {
  const called = [];
  for (const name of ["compile", "compileStreaming"]) {
    const compile = WebAssembly[name];
    t.mock.method(WebAssembly, name, (source) => {
      called.push(`${name} ${source.constructor.name}`);
      return compile(source);
    });
  }
  for (const type of ["application/wasm", "application/octet-stream", "application/wasm; charset=utf-8"]) {
    const { init, isTerminal } = await fresh();
    await init(new Response(bytes, { headers: { "content-type": type } }));
    assert.equal(isTerminal("failed"), true, type);
  }
  assert.deepEqual(called, ["compileStreaming Response", "compile ArrayBuffer", "compile ArrayBuffer"]);
});

test("external: a Response is compiled where nothing compiles while it arrives", async (t) => {
  const { compileStreaming } = WebAssembly;
  t.after(() => {
    WebAssembly.compileStreaming = compileStreaming;
  });
  WebAssembly.compileStreaming = undefined;
  const { init, isTerminal } = await fresh();
  await init(new Response(bytes, { headers: { "content-type": "application/wasm" } }));
  assert.equal(isTerminal("failed"), true);
});

const broken = {
  "a response that breaks off": () => {
    let sent = false;
    const pull = (controller) => {
      if (sent) controller.error(new Error("lost"));
      else controller.enqueue(bytes.subarray(0, 1000));
      sent = true;
    };
    return new Response(new ReadableStream({ pull }), { headers: { "content-type": "application/wasm" } });
  },
  "a missing file": () => pathToFileURL(`${wasmFile}.missing`),
  "a response that is no success": () => new Response("not here", { status: 404 }),
  "bytes that are no module": () => new Uint8Array([1, 2, 3]),
  "a promise that rejects": () => Promise.reject(new Error("offline")),
  nothing: () => undefined,
};
for (const [name, source] of Object.entries(broken)) {
  test(`external: init rejects ${name}, and may be called again`, async () => {
    const { init, isTerminal, PlangrepError } = await fresh();
    await assert.rejects(init(source()), (error) => PlangrepError.is(error) && error.code === "wasm_unavailable");
    await init(bytes);
    assert.equal(isTerminal("failed"), true);
  });
}

/** A copy of the external entry that nobody called init on. */
async function fresh() {
  const url = pathToFileURL(join(folder, "node_modules/plangrep-client/external.mjs"));
  url.search = `copy=${Math.random()}`;
  return await import(url.href);
}
