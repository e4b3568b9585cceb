// A body on its way: how large it may be, how it may come, and what it is when the connection breaks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { network } from "../support/network.js";
import { rejectionOf } from "../support/outcome.js";
import { ConnectionError, InvalidResponseError, PlangrepClient } from "../support/package.js";
import { job, jobBody, KEY } from "../support/samples.js";
import { sendJson, serve, serveBytes } from "../support/server.js";

async function refusal(call) {
  const error = await rejectionOf(call);
  assert.ok(error instanceof InvalidResponseError, String(error));
  return error;
}

test("text is decoded as UTF-8 across chunks, wherever they are cut", async () => {
  const bytes = new TextEncoder().encode(JSON.stringify(jobBody({ externalId: "ä€😀" })));
  for (const size of [1, 2, 3, 7]) {
    const step = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
            controller.close();
          },
        }),
      );
    assert.equal(
      (await new PlangrepClient({ apiKey: KEY, fetch: network(step).fetch }).getJob("job_1")).externalId,
      "ä€😀",
    );
  }
});

/** A JSON body of exactly `size` bytes. */
function* bodyOf(size) {
  const [begin, end] = ['{"job":', ` ${JSON.stringify(job())}}`];
  yield begin;
  const blanks = " ".repeat(1 << 20);
  let rest = size - begin.length - end.length;
  for (; rest >= blanks.length; rest -= blanks.length) yield blanks;
  yield " ".repeat(rest) + end;
}

test("64 MiB are read, a byte more is refused, with and without content-length", async (t) => {
  const limit = 64 * 1024 * 1024;
  for (const [size, declared] of [
    [limit, false],
    [limit, true],
    [limit + 1, false],
    [limit + 1, true],
  ]) {
    let closed = false;
    const { url } = await serve(t, async (_, response) => {
      response.on("close", () => (closed = true));
      response.writeHead(200, declared ? { "content-length": size } : {});
      for (const part of bodyOf(size)) {
        if (closed) return;
        if (!response.write(part))
          await new Promise((resolve) => response.once("drain", resolve).once("close", resolve));
      }
      response.end();
    });
    const call = new PlangrepClient({ apiKey: KEY, baseUrl: url }).getJob("job_1");
    if (size === limit) assert.equal((await call).id, "job_1");
    else {
      const error = await refusal(call);
      assert.equal(error.path, "");
      assert.match(error.message, /64 MiB/);
    }
  }
});

test("an endless body is refused as soon as it is too large, and its connection closed", async (t) => {
  let closed = false;
  let sent = 0;
  const chunk = Buffer.alloc(1 << 20, " ");
  const { url } = await serve(t, async (_, response) => {
    response.on("close", () => (closed = true));
    while (!closed) {
      sent += chunk.length;
      if (!response.write(chunk))
        await new Promise((resolve) => response.once("drain", resolve).once("close", resolve));
    }
  });
  await refusal(new PlangrepClient({ apiKey: KEY, baseUrl: url }).getJob("job_1"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(closed, true);
  assert.ok(sent < 96 << 20, `${sent} bytes sent`);
});

test("a connection that breaks in the body is connection_failed and retried, not invalid_response", async (t) => {
  const heads = {
    "short of content-length": 'HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{"job":{}}',
    "within a chunk": 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n20\r\n{"job":{}}',
    "before the last chunk": 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\n{"job":{}}\r\n',
    "before the body": "HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n",
    "in the headers": "HTTP/1.1 200 OK\r\ncontent-le",
    "at once": "",
    "after what is no HTTP": "220 smtp ready\r\n",
  };
  t.mock.method(Math, "random", () => 0);
  for (const [where, bytes] of Object.entries(heads)) {
    let connections = 0;
    const { url } = await serveBytes(t, (socket) => {
      connections++;
      if (bytes) socket.end(bytes);
      else socket.destroy();
    });
    const error = await rejectionOf(new PlangrepClient({ apiKey: KEY, baseUrl: url, maxRetries: 1 }).getJob("job_1"));
    assert.ok(error instanceof ConnectionError, `${where}: ${error}`);
    assert.deepEqual([error.code, error.attempts, connections], ["connection_failed", 2, 2], where);
  }
});

test("no server, no such host: connection_failed, with what the platform says", async () => {
  for (const baseUrl of ["http://127.0.0.1:1", "http://nowhere.invalid"]) {
    const error = await rejectionOf(new PlangrepClient({ baseUrl, maxRetries: 0 }).getJob("job_1"));
    assert.ok(error instanceof ConnectionError, String(error));
    assert.deepEqual([error.code, error.attempts], ["connection_failed", 1]);
    assert.ok(error.cause instanceof TypeError);
  }
});

test("a charset other than UTF-8 and a wrong content type are not looked at", async (t) => {
  const { url } = await serve(t, (_, response) =>
    sendJson(response, 200, jobBody(), { "content-type": "text/html; charset=latin1" }),
  );
  assert.equal((await new PlangrepClient({ baseUrl: url }).getJob("job_1")).id, "job_1");
});

test("a compressed body is read", async (t) => {
  const { gzipSync } = await import("node:zlib");
  const { url } = await serve(t, (_, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(JSON.stringify(jobBody())));
  });
  assert.equal((await new PlangrepClient({ baseUrl: url }).getJob("job_1")).id, "job_1");
});
