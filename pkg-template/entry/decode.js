// Reads what xtask/src/build/inline.rs wrote: a byte is one character, or an escape (" " or ".") and one. The first 256
// are the bytes 0 to 255 and say what stands for what.

export function decode(text, size) {
  const bytes = new Uint8Array(size);
  // By character, and by the escape before it.
  const meanings = new Uint8Array(6144);
  let at = -256;
  let page = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!page && (code === 32 || code === 46)) {
      page = code * 128;
      continue;
    }
    if (at < 0) meanings[page + code] = at + 256;
    else bytes[at] = meanings[page + code];
    at++;
    page = 0;
  }
  return bytes;
}
