// Any number of callbacks to one target and event share one listener: at the eleventh on one signal, Node warns of a
// leak. `all` is a WeakMap from targets to what listens there, one for each instance of the wasm.

function add(all, target, event, then) {
  if (!all.has(target)) all.set(target, new Map());
  const events = all.get(target);
  if (!events.has(event)) {
    const callbacks = new Set();
    const tell = () => {
      for (const callback of callbacks) callback();
    };
    events.set(event, { callbacks, tell });
  }
  const { callbacks, tell } = events.get(event);
  if (callbacks.size === 0) target.addEventListener(event, tell);
  callbacks.add(then);
}

function remove(all, target, event, then) {
  const { callbacks, tell } = all.get(target)?.get(event) ?? {};
  if (callbacks?.delete(then) && callbacks.size === 0) target.removeEventListener(event, tell);
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

// As members of an object: wasm-bindgen then calls them through its own JavaScript, and the wasm imports from there only.
export const listeners = { create: () => new WeakMap(), add, reason, remove };
