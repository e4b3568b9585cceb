// Objects whose state is private, in the hands of those who wrap objects: Vue's reactive and ref, Pinia, Valtio.

/**
 * Has the methods of an object's class, which `prototype` holds, work detached from it and through any wrapper: each is there bound, as the
 * object's own. Those that a subclass overrides are.
 */
export function bind(object, prototype) {
  for (const name of Reflect.ownKeys(prototype)) {
    const method = object[name];
    if (name !== "constructor" && typeof method === "function") {
      Object.defineProperty(object, name, { value: method.bind(object), writable: true, configurable: true });
    }
  }
}
