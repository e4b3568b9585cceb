// Promises that Rust settles, and reactions of promises that keep an async context.

/** A promise and its two ends. */
function deferred() {
  const ends = {};
  ends.promise = new Promise((resolve, reject) => {
    ends.resolve = resolve;
    ends.reject = reject;
  });
  return ends;
}

/**
 * A function that runs what it is handed soon, in the async context in which this was made: it keeps a reaction of a
 * promise parked there, which parks the next one before it runs. Nothing else holds it, so it is collected when dropped.
 */
function runner() {
  let due = [];
  let wake;
  const park = () => {
    new Promise((resolve) => {
      wake = resolve;
    }).then(run);
  };
  function run() {
    park();
    const works = due;
    due = [];
    for (const work of works) work();
  }
  park();
  return (work) => {
    due.push(work);
    wake();
  };
}

/** Calls a function of ours; what it throws is ignored. */
function call(work, first, second) {
  try {
    work(first, second);
  } catch {}
}

// As members of an object: wasm-bindgen then calls them through its own JavaScript, and the wasm imports from there only.
export const promises = { deferred, runner, call };
