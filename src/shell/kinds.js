// What Rust asks of a value that `JSON.parse` made, in as few calls as possible: a call from wasm costs as much as the
// answer. The numbers are those of `Kind` in reader.rs.

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

/** The kinds of an object's fields, three bits each, the first lowest; -1 if it is no object. */
function kinds(object, names) {
  if (kindOf(object) !== 4) return -1;
  let all = 0;
  for (let at = names.length - 1; at >= 0; at--) all = all * 8 + kindOf(object[names[at]]);
  return all;
}

// As a member of an object: wasm-bindgen then calls it through its own JavaScript, and the wasm imports from there only.
export const values = { kinds };
