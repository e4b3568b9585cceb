// Every kind of value that JavaScript has, made anew each time.

import { runInNewContext } from "node:vm";

const trap = () => {
  throw new Error("trap");
};
const every = (handler) => Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, handler]));
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const aborted = (reason) => {
  const controller = new AbortController();
  controller.abort(reason);
  return controller.signal;
};
const foreign = (source) => runInNewContext(source, { AbortController });

class Subclass extends AbortSignal {
  get mine() {
    return true;
  }
}
const live = () => new AbortController().signal;
/** What looks like a signal, with something changed. */
const signalLike = (changes) => ({
  aborted: false,
  reason: undefined,
  addEventListener() {},
  removeEventListener() {},
  ...changes,
});

const primitives = [
  ...[undefined, null, true, false, 0, -0, 1, -1, 0.5, 5, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, 2 ** 53, 1e300],
  ...[Number.MIN_VALUE, -Number.MIN_VALUE, 0n, -1n, 10n ** 40n, Symbol.iterator, Symbol("x")],
  ...[
    "",
    " ",
    "x",
    "job_1",
    "5",
    "true",
    "wait",
    "throw",
    ".",
    "..",
    "a/b",
    "\0",
    "\n",
    "\ud800",
    "a\udfff",
    "😀",
    "é",
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "null",
    "undefined",
    "[object Object]",
    "https://a.example",
    "x".repeat(1_000_000),
  ],
];

export const VALUES = {
  ...Object.fromEntries(
    primitives.map((value) => [`${typeof value} ${String(value).slice(0, 20)} ${Object.is(value, -0)}`, () => value]),
  ),

  "a function": () => () => {},
  "a function that throws": () => trap,
  "a function that throws undefined": () => () => {
    throw undefined;
  },
  "an async function": () => async () => {},
  "an async function that rejects": () => async () => trap(),
  "a generator function": () =>
    function* () {
      yield 1;
    },
  "a class": () => class {},
  "a bound function": () => trap.bind(null),
  "a proxied function": () => new Proxy(() => {}, {}),
  "a function proxy that throws": () => new Proxy(() => {}, every(trap)),
  "a revoked function": () => revoked(() => {}),
  "a function that never settles": () => () => new Promise(() => {}),
  "a function of a hostile thenable": () => () => ({
    get then() {
      return trap();
    },
  }),

  "an object": () => ({}),
  "an object without a prototype": () => Object.create(null),
  "a frozen object": () => Object.freeze({ timeoutMs: 1000 }),
  "a proxied object": () => new Proxy({ timeoutMs: 1000 }, {}),
  "a proxy that throws": () => new Proxy({}, every(trap)),
  "a proxy of odd keys": () => new Proxy({}, { ownKeys: () => ["signal", "signal2"], getOwnPropertyDescriptor: trap }),
  "a revoked object": () => revoked({}),
  "a revoked array": () => revoked([]),
  "an object with an unknown member": () => ({ unknown: 1 }),
  "an object with a symbol": () => ({ [Symbol("x")]: 1 }),
  "an object with __proto__": () => JSON.parse('{"__proto__":{"timeoutMs":1}}'),
  ...Object.fromEntries(
    ["signal", "timeoutMs", "intervalMs", "status", "href", "aborted", "then", "0", "length", "pageCount"].map(
      (name) => [
        `an object whose ${name} throws`,
        () => Object.defineProperty({}, name, { enumerable: true, get: trap }),
      ],
    ),
  ),
  "an object that throws for every conversion": () => ({
    toString: trap,
    valueOf: trap,
    toJSON: trap,
    [Symbol.toPrimitive]: trap,
  }),
  "an object that is 5": () => ({ valueOf: () => 5, toString: () => "5" }),
  "an object whose tag throws": () => ({
    get [Symbol.toStringTag]() {
      return trap();
    },
  }),
  "an object whose tag lies": () => Object.defineProperty(new Map(), Symbol.toStringTag, { value: "Object" }),
  "an iterable that throws": () => ({ [Symbol.iterator]: trap }),
  "an iterator that throws": () => ({ [Symbol.iterator]: () => ({ next: trap }) }),
  "an iterator of nothing sensible": () => ({ [Symbol.iterator]: () => ({ next: () => 5 }) }),
  "a generator": () =>
    (function* () {
      yield "job_1";
      trap();
    })(),

  "an array": () => [],
  "an array of a job": () => ["job_1"],
  "an array of anything": () => [undefined, null, Symbol("x"), {}],
  "an array with holes": () => new Array(3),
  "an array whose items throw": () => Object.defineProperty(["x"], 0, { get: trap }),
  "a typed array": () => new Uint8Array(3),
  "a buffer": () => new ArrayBuffer(3),
  arguments: () =>
    (function () {
      // biome-ignore lint/complexity/noArguments: the object itself is meant
      return arguments;
    })("job_1"),
  "a number object": () => new Number(5),
  "a string object": () => new String("job_1"),
  "a flag object": () => new Boolean(true),
  "a bigint object": () => Object(5n),
  "a symbol object": () => Object(Symbol("x")),
  "a date": () => new Date(5),
  "no date": () => new Date(NaN),
  "a map": () => new Map([["timeoutMs", 5]]),
  "a set": () => new Set(["job_1"]),
  "a weak map": () => new WeakMap(),
  "a regular expression": () => /x/,
  "an error": () => new Error("x"),
  "a URL": () => new URL("https://a.example"),
  headers: () => new Headers({ a: "b" }),
  "a request": () => new Request("https://a.example"),
  "a response": () => new Response("{}"),
  "a promise": () => Promise.resolve("job_1"),
  "a promise that is rejected": () => {
    const rejected = Promise.reject(new Error("x"));
    rejected.catch(() => {});
    return rejected;
  },
  "a thenable that throws": () => ({ then: trap }),
  globalThis: () => globalThis,

  "a foreign object": () => foreign("({})"),
  "a foreign array": () => foreign("['job_1']"),
  "a foreign function": () => foreign("(() => {})"),
  "a foreign function that throws": () => foreign("(() => { throw new Error('x') })"),
  "a foreign date": () => foreign("new Date()"),
  "a foreign signal": () => foreign("new AbortController().signal"),
  "a foreign look-alike": () =>
    foreign("({ aborted: false, reason: 1, addEventListener() {}, removeEventListener() {} })"),

  "a signal": live,
  "an aborted signal": () => aborted(new Error("enough")),
  "a signal aborted with null": () => aborted(null),
  "a signal aborted with a symbol": () => aborted(Symbol("x")),
  "a signal that times out": () => AbortSignal.timeout(1_000_000),
  "any of two signals": () => AbortSignal.any([live(), live()]),
  "a signal of a subclass": () => Object.setPrototypeOf(live(), Subclass.prototype),
  "a proxied signal": () => new Proxy(live(), {}),
  "a frozen signal": () => Object.freeze(live()),
  "a controller": () => new AbortController(),
  "an event target": () => new EventTarget(),
  "a signal that cannot be listened to": () => signalLike({ addEventListener: trap }),
  "a signal that cannot be left": () => signalLike({ removeEventListener: trap }),
  "a signal that aborts at once": () => signalLike({ reason: "now", addEventListener: (_, listener) => listener() }),
  "a signal that aborts when left": () => {
    let listener;
    return signalLike({
      reason: "late",
      addEventListener: (_, given) => {
        listener = given;
      },
      removeEventListener: () => listener(),
    });
  },
  "a signal whose reason throws": () => Object.defineProperty(signalLike({ aborted: true }), "reason", { get: trap }),
  "a signal that changes its mind": () => {
    let requested = 0;
    return Object.defineProperty(signalLike({}), "aborted", { get: () => requested++ % 2 === 1 });
  },
};
