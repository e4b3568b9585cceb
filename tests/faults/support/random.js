// Random numbers that are the same in every run with the same seed.

/** Numbers in [0, 1) (mulberry32), and what can be drawn with them. */
export function randomFrom(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { next, below, oneOf: (list) => list[below(list.length)], chance: (part) => next() < part };
}
