// Objects whose state is private, in the hands of those who wrap objects: Vue's reactive and ref, Pinia, Valtio.

/** The descriptor of a property that is not listed. Without a prototype: a page may have put `get` on all objects. */
export const hidden = (value) => ({ __proto__: null, value, writable: true, configurable: true });

/**
 * Has the methods of an object's class, which `prototype` holds, work detached from it and through any wrapper: each is there bound, as the
 * object's own. Those that a subclass overrides are.
 */
export function bind(object, prototype) {
  for (const name of Reflect.ownKeys(prototype)) {
    const method = object[name];
    if (name !== "constructor" && typeof method === "function") {
      Object.defineProperty(object, name, hidden(method.bind(object)));
    }
  }
}
