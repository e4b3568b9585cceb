import assert from "node:assert/strict";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { install } from "./support/installed.js";

const folder = install();
const { WebAssembly } = globalThis;
afterEach(() => {
  globalThis.WebAssembly = WebAssembly;
});

test("without WebAssembly the first call says so, and works once there is one", async () => {
  const { isTerminal, PlangrepError } = await fresh();
  globalThis.WebAssembly = undefined;
  const error = thrownBy(() => isTerminal("failed"));
  assert.ok(PlangrepError.is(error));
  assert.equal(error.code, "wasm_unavailable");
  assert.match(error.message, /no WebAssembly/);
  globalThis.WebAssembly = WebAssembly;
  assert.equal(isTerminal("failed"), true);
});

// What the three engines say when a Content-Security-Policy forbids it.
for (const message of [
  "WebAssembly.Module(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because neither 'wasm-eval' nor 'unsafe-eval' is an allowed source of script",
  "call to WebAssembly.Module() blocked by CSP",
  "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script",
]) {
  test(`a policy's refusal names the directive: ${message.slice(0, 40)}…`, async () => {
    const { isTerminal } = await fresh();
    const cause = new WebAssembly.CompileError(message);
    globalThis.WebAssembly = refusing(cause);
    const error = thrownBy(() => isTerminal("failed"));
    assert.equal(error.code, "wasm_unavailable");
    assert.match(error.message, /'wasm-unsafe-eval'.*script-src/);
    assert.equal(error.cause, cause);
  });
}

test("a runtime that compiles nothing is told apart", async () => {
  const { isTerminal } = await fresh();
  globalThis.WebAssembly = refusing(
    new WebAssembly.CompileError("WebAssembly.Module(): Wasm code generation disallowed by embedder"),
  );
  const error = thrownBy(() => isTerminal("failed"));
  assert.equal(error.code, "wasm_unavailable");
  assert.match(error.message, /runtime.*serverExternalPackages.*nitro.*plangrep-client\/external/);
});

test("a browser that starts small modules alone on its main thread is shown the entry that it can start", async () => {
  const { isTerminal } = await fresh();
  globalThis.WebAssembly = refusing(
    new RangeError("WebAssembly.Compile is disallowed on the main thread, if the buffer size is larger than 4KB."),
  );
  const error = thrownBy(() => isTerminal("failed"));
  assert.equal(error.code, "wasm_unavailable");
  assert.match(error.message, /^Before Chromium 115 .*init\(\) of plangrep-client\/external/);
});

test("where there is no WebAssembly, React Native's Hermes and --jitless are named", async () => {
  const { isTerminal } = await fresh();
  globalThis.WebAssembly = undefined;
  assert.match(thrownBy(() => isTerminal("failed")).message, /Hermes.*--jitless/);
});

test("in a content script the page's policy is named, and the background as the place to run", async (t) => {
  const { isTerminal } = await fresh();
  t.after(() => {
    delete globalThis.chrome;
    delete globalThis.location;
  });
  globalThis.WebAssembly = refusing(new WebAssembly.CompileError("WebAssembly.Module(): "));
  globalThis.chrome = { runtime: { id: "abcdef" } };
  for (const [protocol, notified] of [
    ["https:", true],
    ["chrome-extension:", false],
  ]) {
    globalThis.location = { protocol };
    const { message } = thrownBy(() => isTerminal("failed"));
    assert.equal(/The page's Content-Security-Policy .*content script.* background/.test(message), notified, message);
  }
});

function refusing(error) {
  return Object.assign(Object.create(WebAssembly), {
    Module: class {
      constructor() {
        throw error;
      }
    },
  });
}

function thrownBy(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  assert.fail("nothing was thrown");
}

/** A copy of the package that has not started yet. */
async function fresh() {
  const url = pathToFileURL(join(folder, "node_modules/plangrep-client/index.mjs"));
  url.search = `copy=${Math.random()}`;
  return await import(url.href);
}
