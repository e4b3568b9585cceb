// Objects whose state is private, in the hands of those who wrap objects: Vue's reactive and ref, Pinia, Valtio.

/**
 * Has the methods of an object's class, which `prototype` holds, work detached from it and through any wrapper: each is there bound, as the
 * object's own. Those that a subclass overrides are.
 */
export function bind(object, prototype, name) {
  // By it Vue tells what it must not wrap. The object's own: Jest, which mocks a class by its prototype, takes one that
  // has it for no object, and finds no method.
  Object.defineProperty(object, Symbol.toStringTag, { value: name });
  for (const key of Reflect.ownKeys(prototype)) {
    const method = object[key];
    if (key !== "constructor" && typeof method === "function") {
      Object.defineProperty(object, key, { value: method.bind(object), writable: true, configurable: true });
    }
  }
}
