// What Rust asks of JavaScript values, in as few calls as possible: a call from wasm costs as much as the answer.

/** The numbers are those of `JsonType` in reader.rs. */
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

/** A value, or a member of it. */
const at = (value, name) => (name === undefined ? value : value[name]);

/** The kinds of an object's fields, three bits each, the first lowest; -1 if it is no object. */
function kindsOf(object, names) {
  if (kindOf(object) !== 4) return -1;
  let all = 0;
  for (let place = names.length - 1; place >= 0; place--) all = all * 8 + kindOf(object[names[place]]);
  return all;
}

// Members of an object: wasm-bindgen then calls them through its own JavaScript, and the wasm imports from there only.
export const values = {
  kinds: (object, name, names) => kindsOf(at(object, name), names),
  itemKinds: (object, name, index, names) => kindsOf(at(object, name)[index], names),
  length: (object, name) => at(object, name).length,
  item: (array, index) => array[index],
  member: (target, name) => target?.[name],
  /** With the arguments before the first that is undefined. */
  call(target, name, one, other) {
    if (one === undefined) return target[name]();
    return other === undefined ? target[name](one) : target[name](one, other);
  },
  /** What an iterable gives, up to and with the first that is no string: an iterator that gives none may never end. */
  strings(iterable) {
    const strings = [];
    for (const item of iterable) {
      strings.push(item);
      if (typeof item !== "string") break;
    }
    return strings;
  },
  /**
   * Undefined for what is no JSON. What an import throws costs the wasm an entry of its table of JavaScript values for
   * ever, and a server that is down sends the same page over and over.
   */
  parse(text) {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  },
  /** JSON whose members are in the order of their names. */
  canonical: (value) =>
    JSON.stringify(value, (_, part) =>
      kindOf(part) === 4
        ? Object.fromEntries(
            Object.keys(part)
              .sort()
              .map((name) => [name, part[name]]),
          )
        : part,
    ),
  /** Through `Promise` and `then`: it may be a promise that it gives, and what it throws goes the same way. */
  tell: (callback, argument, report) =>
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
        // Nobody to tell.
      }
    };
  },
};
