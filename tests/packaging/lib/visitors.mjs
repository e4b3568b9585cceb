// Visitors of a server that waits with one client for them all: see visits.mjs.

import assert from "node:assert/strict";

/** What a visitor is told of a job that is done with its third poll. */
export const completed = (id) => ({ id, status: "completed", polls: [true, true, true] });

/** Three visitors at once on different jobs, and five times one who leaves while another waits: nobody hangs. */
export async function overlapping(url, emulator) {
  const visit = async (wait, signal = AbortSignal.timeout(30_000)) => {
    const body = JSON.stringify({ baseUrl: emulator.url, apiKey: emulator.apiKey, wait });
    const response = await fetch(url, { method: "POST", body, signal });
    return await response.json();
  };
  const together = await Promise.all(Array.from({ length: 3 }, () => emulator.task()));
  const ids = together.map(({ waitJobId }) => waitJobId);
  assert.deepEqual(await Promise.all(ids.map((id) => visit(id))), ids.map(completed));
  for (let turn = 0; turn < 5; turn++) {
    const { endlessJobId, waitJobId, watchJobId } = await emulator.task();
    const leaves = new AbortController();
    const left = assert.rejects(visit(endlessJobId, leaves.signal), { name: "AbortError" });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stays = visit(waitJobId);
    leaves.abort();
    await left;
    assert.deepEqual(await stays, completed(waitJobId));
    assert.deepEqual(await visit(watchJobId), completed(watchJobId));
  }
}
