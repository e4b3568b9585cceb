// `JSON.parse` that gives undefined for what is no JSON. What an import throws costs the wasm an entry of its table of
// JavaScript values for ever, and a server that is down sends the same page over and over.

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// As a member of an object: wasm-bindgen then calls it through its own JavaScript, and the wasm imports from there only.
export const json = { parse };
