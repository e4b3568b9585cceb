// Where a runtime has no TextDecoder and no TextEncoder, as under Jest's jsdom, the package needs none.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { codecs } from "../../src/shell/utf8.js";
import { rejectionOf } from "../support/outcome.js";
import { location } from "../support/package.js";
import { job, jobBody, KEY } from "../support/samples.js";

const { TextDecoder, TextEncoder } = globalThis;
const remove = () => {
  delete globalThis.TextDecoder;
  delete globalThis.TextEncoder;
};
const restore = () => Object.assign(globalThis, { TextDecoder, TextEncoder });
after(restore);

const SAMPLE = "aä€😀ÿ\u0000\u07ff\u0800\uffff\u{10000}\u{10ffff}";
const encoded = new TextEncoder().encode(SAMPLE);

remove();
const own = codecs();
// A copy that has never seen them.
const { isTerminal, PlangrepClient, PlangrepError } = await import(`${location}?copy=no-codecs`);

/** A mock of `fetch` whose body comes in these pieces, from a stream that needs no encoder of the platform. */
const streaming = (status, pieces) => async () => ({
  status,
  headers: { get: () => null },
  body: {
    getReader() {
      let next = 0;
      return {
        read: async () => (next < pieces.length ? { value: pieces[next++], done: false } : { done: true }),
        cancel: async () => {},
      };
    },
  },
});

const clientOf = (status, pieces) =>
  new PlangrepClient({ apiKey: KEY, baseUrl: "https://api.example", fetch: streaming(status, pieces), maxRetries: 0 });

const bytewise = (bytes) => [...bytes].map((byte) => Uint8Array.of(byte));

test("a synchronous function works, with a string that is not ASCII too", () => {
  assert.equal(globalThis.TextDecoder ?? globalThis.TextEncoder, undefined);
  assert.equal(isTerminal("completed"), true);
  assert.equal(isTerminal("löuft 😀"), false);
});

test("a job's id and body that are not ASCII arrive, in pieces that end inside a character, after a byte order mark", async () => {
  const id = "jöb €😀";
  const body = Buffer.from(`\ufeff${JSON.stringify(jobBody({ id, externalId: `${SAMPLE}\ufeff` }))}`);
  const client = clientOf(200, bytewise(body));
  assert.deepEqual(await client.getJob(id), job({ id, externalId: `${SAMPLE}\ufeff` }));
});

test("an error tells an id and a message that are not ASCII", async () => {
  const body = Buffer.from(JSON.stringify({ message: "nicht da: ä€😀" }));
  const error = await rejectionOf(clientOf(404, bytewise(body)).getJob("jöb 😀"));
  assert.ok(PlangrepError.is(error));
  assert.equal(error.message, "Job jöb 😀: The server answered 404: nicht da: ä€😀");
  assert.deepEqual(
    [error.jobId, error.apiMessage, error.url],
    ["jöb 😀", "nicht da: ä€😀", "https://api.example/api/open/v1/jobs/j%C3%B6b%20%F0%9F%98%80"],
  );
});

test("bytes that are no UTF-8 become the replacement character, as ever", async () => {
  const bytes = [0x78, 0xe2, 0x82, 0x78, 0xff, 0xf0, 0x9f, 0x98];
  const error = await rejectionOf(clientOf(500, bytewise(bytes)).getJob("job_1"));
  assert.equal(error.body, "x\ufffdx\ufffd\ufffd");
});

test("half of a surrogate pair in a response harms nothing, and an id with one is refused", async () => {
  const body = Buffer.from('{"message":"\\ud800 here"}');
  const error = await rejectionOf(clientOf(404, [body]).getJob("job_1"));
  assert.match(error.message, /The server answered 404: . here$/);
  const refused = await rejectionOf(clientOf(404, [body]).getJob("a\ud800"));
  assert.deepEqual([refused.code, refused.argument], ["invalid_argument", "jobId"]);
});

/** Numbers that are the same at each run. */
function* random(seed) {
  for (let state = seed; ; yield state / 0x1_0000_0000) state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
}

test("what stands in for them gives what they give, for any bytes, however they are cut, and any text", () => {
  const numbers = random(7);
  const below = (limit) => Math.floor(numbers.next().value * limit);
  // Bytes at which the standard decides something, good text among them, and any other.
  const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4];
  const pieces = [() => [edges[below(edges.length)]], () => [below(256)], () => [...encoded], () => [0xef, 0xbb, 0xbf]];
  for (let round = 0; round < 5000; round++) {
    const bytes = Uint8Array.from(Array.from({ length: below(9) }, () => pieces[below(4)]()).flat());
    for (const options of [undefined, { ignoreBOM: true }]) {
      const decoders = [new TextDecoder("utf-8", options), new own.TextDecoder("utf-8", options)];
      const cuts = [0, ...Array.from({ length: 3 }, () => below(bytes.length + 1)).sort((a, b) => a - b)];
      // Twice: the second text begins anew.
      for (let time = 0; time < 2; time++) {
        const [theirs, ours] = decoders.map((decoder) => [
          ...cuts.map((cut, index) => decoder.decode(bytes.subarray(cut, cuts[index + 1]), { stream: true })),
          decoder.decode(),
        ]);
        assert.deepEqual(ours, theirs, `${bytes} cut at ${cuts}`);
      }
      assert.equal(decoders[1].decode(bytes), decoders[0].decode(bytes), `${bytes}`);
    }
    const units = Array.from({ length: below(9) }, () => [0x61, 0xd83d, 0xde00, 0x7ff, 0x800, below(65_536)][below(6)]);
    const text = String.fromCharCode(...units);
    assert.deepEqual(new own.TextEncoder().encode(text), new TextEncoder().encode(text), JSON.stringify(text));
  }
});

test("the runtime's own are taken where they are, looked up when they are needed", (t) => {
  t.after(remove);
  restore();
  const found = codecs();
  assert.deepEqual([found.TextDecoder, found.TextEncoder], [TextDecoder, TextEncoder]);
});
