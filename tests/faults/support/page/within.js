// Waiting, in any runtime.

/** By the clock of the machine, also where a test has installed another one. */
const { setTimeout, clearTimeout } = globalThis;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What became of a promise: its value, or `error`; `hangs` after a limit that no machine needs. */
export async function outcomeWithin(promise, ms = 300_000) {
  let timer;
  const limit = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ hangs: true }), ms);
  });
  const settled = Promise.resolve(promise).then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  try {
    return await Promise.race([settled, limit]);
  } finally {
    clearTimeout(timer);
  }
}
