// Why a connection failed, out of what was thrown. "fetch failed" alone helps nobody: Node.js says why in its cause, a
// proxy's refusal lies two deep, and of two addresses that refuse there is an AggregateError without a message.

const DEEPEST = 8;
const LONGEST = 2000;

/** What it and its causes say, then every error code among them. */
function of(thrown) {
  const codes = [];
  let text = "";
  const add = (part, before, after) => {
    if (typeof part === "string" && !text.includes(part)) text += (text && before) + part + (text && after);
  };
  try {
    for (let depth = 0, at = thrown; at && depth < DEEPEST; depth++, at = at.cause ?? at.errors?.[0]) {
      add(at.message ?? at, ": ", "");
      if (typeof at.code === "string") codes.push(at.code);
    }
  } catch {
    // What cannot be read says nothing.
  }
  for (const code of codes) add(code, " (", ")");
  return [text.slice(0, LONGEST), ...codes];
}

// As a member of an object: wasm-bindgen then calls it through its own JavaScript, and the wasm imports from there only.
export const reason = { of };
