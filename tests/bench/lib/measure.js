// Figures that hold on a machine that does other things too: CPU time instead of wall time, the candidates in turn
// within one process, medians, and ratios taken within a turn.

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function shuffled(values) {
  return values
    .map((value) => [Math.random(), value])
    .sort(([one], [other]) => one - other)
    .map(([, value]) => value);
}

/** CPU time of this process during `run()`, in µs; garbage collection and compilation included. */
export async function cpu(run) {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * CPU time of each candidate: `{ name: { us, ratio } }`, medians per call, `ratio` to the candidate `base`.
 * `candidates` is `{ name: async () => … }`; one turn makes `calls` calls of each.
 */
export async function compare(candidates, { base, turns, calls, warmUp = 3 }) {
  const names = Object.keys(candidates);
  const taken = Object.fromEntries(names.map((name) => [name, []]));
  for (let turn = -warmUp; turn < turns; turn++) {
    // In a new order each time: what one leaves to the garbage collector falls on the next.
    for (const name of shuffled(names)) {
      const run = candidates[name];
      const us = await cpu(async () => {
        for (let call = 0; call < calls; call++) await run();
      });
      if (turn >= 0) taken[name].push(us / calls);
    }
  }
  const figures = (name) => ({
    us: median(taken[name]),
    ratio: median(taken[name].map((us, turn) => us / taken[base][turn])),
  });
  return Object.fromEntries(names.map((name) => [name, figures(name)]));
}

/** What `sample(name)` gives, `turns` times for each name in turn: `{ name: [sample] }`. One turn more comes before. */
export async function inTurn(names, sample, turns) {
  const taken = Object.fromEntries(names.map((name) => [name, []]));
  for (let turn = 0; turn <= turns; turn++) {
    for (const name of shuffled(names)) {
      const figures = await sample(name);
      if (turn > 0) taken[name].push(figures);
    }
  }
  return taken;
}
