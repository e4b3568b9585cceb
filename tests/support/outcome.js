// How a promise ended and when, without waiting for it.

/** Watches a promise; `state` is "pending", "resolved" or "rejected". */
export function outcomeOf(promise) {
  const outcome = { state: "pending" };
  promise.then(
    (value) => Object.assign(outcome, { state: "resolved", value, at: Date.now() }),
    (error) => Object.assign(outcome, { state: "rejected", error, at: Date.now() }),
  );
  return outcome;
}

/** What the promise was rejected with; fails if it was not. */
export async function rejectionOf(promise) {
  const { state, error, value } = await promise.then(
    (value) => ({ state: "resolved", value }),
    (error) => ({ state: "rejected", error }),
  );
  if (state !== "rejected") throw new Error(`resolved instead of being rejected: ${JSON.stringify(value)}`);
  return error;
}

/** What the call threw; fails if it did not. */
export function thrownBy(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
