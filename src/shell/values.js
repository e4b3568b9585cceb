// What Rust needs to know of JavaScript values, in as few calls as possible: a call from wasm costs as much as the work.

/** What a value is: the numbers are those of `kind` in src/core/reader.rs. */
function kindOf(value) {
  switch (typeof value) {
    case "undefined":
      return 0;
    case "string":
      return 2;
    case "number":
      return Number.isFinite(value) ? 3 : 6;
    case "object":
      return value === null ? 1 : Array.isArray(value) ? 5 : 4;
    default:
      return 6;
  }
}

/** The kinds that were found so far, and how many they are. */
let found;
let count;

/** Adds what a value is, and what is in it as far as `fields` names it. */
function addKinds(value, fields) {
  const kind = kindOf(value);
  found[count++] = kind;
  if (kind !== 4 || !fields) return;
  for (let at = 0; at < fields.length; at += 2) {
    const part = value[fields[at]];
    const within = fields[at + 1];
    addKinds(part, within);
    if (within && Array.isArray(part)) {
      for (const item of part) addKinds(item, within);
      found[count++] = 7;
    }
  }
}

/** The fields of a job: see `SCHEMA` in src/core/job.rs. */
let schema;

/**
 * What some items of a list are, and what is within them as far as the schema names it: a byte each, in its order.
 * The items are what `JSON.parse` made: reading them runs nobody's code.
 */
function kinds(list, from, to, fields) {
  schema ??= JSON.parse(fields);
  count = 32 * (to - from);
  let room;
  do {
    // What is written past the end is lost, but counted: it is then done once more, with room for all of it.
    room = count;
    found = new Uint8Array(room);
    count = 0;
    for (let at = from; at < to; at++) addKinds(list[at], schema);
  } while (count > room);
  return found.subarray(0, count);
}

const kindOfObject = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** Whether the value is an object without a kind of its own: no array, Map, Date, AbortSignal. */
const isPlain = (value) => Object(value) === value && kindOfObject(value) === "Object";

/** Nested deeper than any response that makes sense. */
const DEEPEST = 32;

function same(one, other, depth) {
  if (one === other) return true;
  if (Object(one) !== one || Object(other) !== other) return false;
  if (depth === DEEPEST || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name], depth + 1))
  );
}

function isFree(value, text) {
  // How far this looks before it takes the value for not free.
  let left = 1000;
  const look = (value, depth) => {
    if (left-- === 0 || typeof value === "function") return false;
    if (typeof value === "string") return !value.includes(text);
    if (typeof value === "symbol") return look(value.description, depth);
    if (Object(value) !== value) return true;
    if (depth === 6 || !["Error", "DOMException", "Object", "Array"].includes(kindOfObject(value))) return false;
    // Also what is inherited or cannot be listed.
    const names = ["name", "message", "stack", "cause", ...Reflect.ownKeys(value)];
    return names.every((name) => look(name, depth + 1) && look(value[name], depth + 1));
  };
  try {
    return look(value, 0);
  } catch {
    return false;
  }
}

// Members of an object: wasm-bindgen then calls them through its own JavaScript, and the wasm imports from there only.
export const values = {
  kinds,
  /** What a page, or a hole in it, has put on all objects is nobody's member: else it could name another server or key. */
  member: (target, name) =>
    name in Object.prototype && !Object.hasOwn(target ?? {}, name) ? undefined : target?.[name],
  /**
   * What an iterable gives, up to and with the first that is no string: an iterator that gives none may never end.
   * Undefined for what is none, or throws.
   */
  strings(iterable) {
    const strings = [];
    try {
      for (const item of iterable) {
        strings.push(item);
        if (typeof item !== "string") break;
      }
      return strings;
    } catch {
      return undefined;
    }
  },
  items(value) {
    try {
      return Array.isArray(value) ? Array.from(value) : undefined;
    } catch {
      return undefined;
    }
  },
  same(one, other) {
    try {
      return same(one, other, 0);
    } catch {
      return false;
    }
  },
  isFree,
  // Not assigned: where the language's own objects are frozen, so is `name`.
  namedError: (name, message) => Object.defineProperty(new Error(message), "name", { __proto__: null, value: name }),
  checkNames(value, known) {
    if (value === undefined) return undefined;
    try {
      // An AbortSignal or a Map has no keys: taking one in silence would lose what it holds.
      if (!isPlain(value)) return ["options", "must be a plain object"];
      const names = known.flat();
      const name = Object.keys(value).find((name) => !names.includes(name));
      return name === undefined ? undefined : [name, `is no option here; there are ${names.join(", ")}`];
    } catch {
      return ["options", "cannot be read"];
    }
  },
  pairs(value) {
    try {
      const pairs = Object.entries(value);
      return isPlain(value) && pairs.every(([, text]) => typeof text === "string") ? pairs : undefined;
    } catch {
      return undefined;
    }
  },
  /** JSON whose members are in the order of their names; empty where they are nested too deep. */
  canonical(value) {
    const sorted = (_, part) =>
      kindOf(part) === 4
        ? Object.fromEntries(
            Object.keys(part)
              .sort()
              .map((name) => [name, part[name]]),
          )
        : part;
    try {
      return JSON.stringify(value, sorted);
    } catch {
      return "";
    }
  },
  /** Through `Promise` and `then`: it may be a promise that it gives, and what it throws goes the same way. */
  notify: (callback, argument, report) =>
    void new Promise((resolve) => resolve(callback(argument))).then(undefined, report ?? (() => {})),
  /** Reports to the console what a callback of a wait threw, the first time. */
  reporter() {
    let reported = false;
    return (thrown) => {
      if (reported) return;
      reported = true;
      try {
        console.error("plangrep-client: a callback of a wait threw; the wait goes on", thrown);
      } catch {
        // There is no console to report to.
      }
    };
  },
};
