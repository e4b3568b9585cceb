// The body of an error: whatever it is, the call rejects with an ApiError that has the status.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network, partial, respond } from "../support/network.js";
import { rejectionOf } from "../support/outcome.js";
import { ApiError, PlangrepClient } from "../support/package.js";
import { KEY } from "../support/samples.js";
import { serve, serveBytes } from "../support/server.js";
import { world } from "../support/world.js";

async function errorOf(...step) {
  const { fetch } = network(respond(...step));
  const error = await rejectionOf(new PlangrepClient({ apiKey: KEY, fetch, maxRetries: 0 }).getJob("job_1"));
  assert.ok(error instanceof ApiError, String(error));
  return error;
}

test("code and message are found in every usual shape", async () => {
  const shapes = [
    [{ code: "c", message: "m" }, "c", "m"],
    [{ error: { code: "c", message: "m" } }, "c", "m"],
    [{ error: { code: "c", message: "m" }, code: "outer", message: "outer" }, "c", "m"],
    [{ error: { code: "c" }, message: "m" }, "c", "m"],
    [{ error: "m" }, null, "m"],
    [{ error: "m", code: "c" }, "c", "m"],
    [{ error: "Not Found", message: "m", statusCode: 404 }, null, "m"],
    [{ message: "m" }, null, "m"],
    [{ detail: "m" }, null, "m"],
    [{ error: { detail: "m" } }, null, "m"],
    [{ code: "c" }, "c", null],
    [{ code: 7, message: { text: "m" } }, null, null],
    [{ error: null, message: null, detail: [{ msg: "m" }] }, null, null],
    [{ error: [], code: "c" }, "c", null],
    [{}, null, null],
    [[], null, null],
    ["[1]", null, null],
    ["null", null, null],
    ["7", null, null],
    ['"text"', null, null],
    ["plain text", null, null],
    ["<html><h1>502 Bad Gateway</h1></html>", null, null],
    ["", null, null],
    ["{", null, null],
  ];
  for (const status of [400, 401, 403, 404, 429, 500, 503]) {
    for (const [body, apiCode, apiMessage] of shapes) {
      const error = await errorOf(status, body);
      const what = `${status} ${JSON.stringify(body)}`;
      assert.deepEqual([error.status, error.apiCode, error.apiMessage], [status, apiCode, apiMessage], what);
      assert.deepEqual(error.body, typeof body === "string" ? parsedOrText(body) : body, what);
      const said = apiMessage ?? apiCode;
      assert.equal(error.message, `Job job_1: The server answered ${status}${said === null ? "" : `: ${said}`}`, what);
      assert.equal(error.requestId, null);
    }
  }
});

function parsedOrText(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

test("the request id is taken from the first of three headers", async () => {
  const cases = [
    [{ "x-request-id": "a", "request-id": "b", "cf-ray": "c" }, "a"],
    [{ "request-id": "b", "cf-ray": "c" }, "b"],
    [{ "CF-Ray": "c" }, "c"],
    [{ "x-trace-id": "d" }, null],
    [{ "x-request-id": "", "request-id": "b" }, "b"],
  ];
  for (const [headers, expected] of cases) {
    assert.equal((await errorOf(400, "", headers)).requestId, expected, JSON.stringify(headers));
  }
});

test("a huge body is cut at 64 KiB and its connection closed", async (t) => {
  let closed = false;
  let close;
  const whenClosed = new Promise((resolve) => (close = resolve));
  const { url } = await serve(t, async (_, response) => {
    response.on("close", () => {
      closed = true;
      close();
    });
    response.writeHead(500);
    while (!closed && response.write("y".repeat(10_000))) await new Promise(setImmediate);
  });
  const error = await rejectionOf(new PlangrepClient({ baseUrl: url, maxRetries: 0 }).getJob("job_1"));
  assert.deepEqual([error.status, error.body.length, new Set(error.body).size], [500, 65_536, 1]);
  // Never, if the client leaves it open.
  await whenClosed;
});

test("exactly 64 KiB are kept whole, and a cut one that was JSON is text", async () => {
  const whole = JSON.stringify("z".repeat(65_534));
  assert.equal((await errorOf(400, whole)).body.length, 65_534);
  const error = await errorOf(400, JSON.stringify({ message: "z".repeat(70_000) }));
  assert.deepEqual([typeof error.body, error.body.length, error.apiMessage], ["string", 65_536, null]);
});

test("a body that breaks off gives what had come of it, and the status decides on a retry", async (t) => {
  for (const [status, attempts] of [
    [404, 1],
    [503, 3],
  ]) {
    await t.test(String(status), async (t) => {
      const steps = [partial(status, '{"message":"half', { end: "breaks" })];
      const { client, requests, run, nothingAfter } = world(t, { steps });
      // The break comes from the event loop, not from the virtual clock.
      const call = client.getJob("job_1");
      call.catch(() => {});
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
      const { error } = await run(call);
      assert.ok(error instanceof ApiError);
      assert.deepEqual(
        [error.status, error.body, error.attempts, requests.length],
        [status, '{"message":"half', attempts, attempts],
      );
      await nothingAfter();
    });
  }
});

test("on a real socket too, a cut error body is an ApiError", async (t) => {
  const { url } = await serveBytes(t, (socket) => socket.end("HTTP/1.1 403 No\r\ncontent-length: 99\r\n\r\nno sc"));
  const error = await rejectionOf(new PlangrepClient({ apiKey: KEY, baseUrl: url }).getJob("job_1"));
  assert.deepEqual([error.code, error.status, error.body], ["forbidden", 403, "no sc"]);
});

test("a stalled body of a status that is retried is retried after timeoutMs", async (t) => {
  const options = { timeoutMs: 1000, maxRetries: 1 };
  const { client, times, run, nothingAfter } = world(t, { steps: [partial(503, "wait")], options });
  const { error, at } = await run(client.getJob("job_1"));
  assert.deepEqual([error.code, error.status, error.body, error.attempts], ["server_error", 503, "wait", 2]);
  assert.deepEqual([times(), at], [[0, 1500], 2500]);
  await nothingAfter();
});

test("bytes that are no UTF-8 do not hide the status", async () => {
  const error = await errorOf(502, new Uint8Array([0xff, 0xfe, 0x41, 0x00, 0xc3]));
  assert.deepEqual([error.status, error.body], [502, "\ufffd\ufffdA\0\ufffd"]);
});

test("a deeply nested body does not hide the status", async () => {
  const error = await errorOf(400, "[".repeat(30_000) + "]".repeat(30_000));
  assert.deepEqual([error.status, Array.isArray(error.body)], [400, true]);
});

test("a body that poses as a prototype poisons nothing", async () => {
  const error = await errorOf(
    400,
    '{"__proto__":{"code":"x"},"constructor":{"prototype":{"y":1}},"error":{"__proto__":null}}',
  );
  assert.deepEqual([error.apiCode, {}.code, {}.y], [null, undefined, undefined]);
});

test("statuses at the edge of what there is", async (t) => {
  const { url } = await serve(t, (request, response) =>
    response.writeHead(Number(request.url.split("/").at(-1))).end("x"),
  );
  const client = new PlangrepClient({ baseUrl: url, maxRetries: 0 });
  for (const [status, code] of [
    [299, "invalid_response"],
    [300, "http_error"],
    [499, "http_error"],
    [599, "server_error"],
    [600, "http_error"],
    [999, "http_error"],
  ]) {
    const error = await rejectionOf(client.getJob(String(status)));
    assert.deepEqual([error.code, error.status], [code, status]);
  }
});
