// Any number of callbacks to one signal share one listener: at the eleventh on one signal, Node warns of a leak.

const shared = new WeakMap();

/** Has `then` called when the signal is aborted; gives what ends that. */
function onAbort(signal, then) {
  let { callbacks, notify } = shared.get(signal) ?? {};
  if (!callbacks) {
    callbacks = new Set();
    notify = () => {
      for (const callback of callbacks) callback();
    };
    shared.set(signal, { callbacks, notify });
  }
  if (callbacks.size === 0) signal.addEventListener("abort", notify);
  callbacks.add(then);
  return () => {
    if (callbacks.delete(then) && callbacks.size === 0) signal.removeEventListener("abort", notify);
  };
}

/** What the signal was aborted with; an AbortError where it has no reason, as in old polyfills and React Native. */
function reason(signal) {
  try {
    if (signal.reason !== undefined) return signal.reason;
  } catch {}
  const message = "This operation was aborted";
  if (typeof DOMException === "function") return new DOMException(message, "AbortError");
  return Object.assign(new Error(message), { name: "AbortError" });
}

/** As `onAbort`; a signal whose `addEventListener` throws is taken for one that is never aborted. */
function listen(signal, then) {
  try {
    return onAbort(signal, then);
  } catch {
    return () => {};
  }
}

// As members of an object: wasm-bindgen then calls them through its own JavaScript, and the wasm imports from there only.
export const listeners = { listen, reason };
