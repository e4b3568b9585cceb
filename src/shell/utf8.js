// UTF-8 to text and back, where a runtime has no TextDecoder or TextEncoder (jest-environment-jsdom): as the standard has
// them, as far as they are used here.

function Decoder(_label, { ignoreBOM } = {}) {
  let begun = ignoreBOM;
  // How many bytes of a character are still due, its code so far, and the bounds of the next byte.
  let due = 0;
  let code;
  let least;
  let most;
  this.decode = (piece, { stream } = {}) => {
    let text = "";
    const put = (code = 0xfffd) => {
      if (begun || code !== 0xfeff) text += String.fromCodePoint(code);
      begun = true;
    };
    for (const byte of piece ? new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength) : []) {
      if (due) {
        if (byte >= least && byte <= most) {
          code = (code << 6) | (byte & 63);
          least = 0x80;
          most = 0xbf;
          if (!--due) put(code);
          continue;
        }
        due = 0;
        put();
      }
      if (byte < 0x80) put(byte);
      else if (byte < 0xc2 || byte > 0xf4) put();
      else {
        due = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
        code = byte & (63 >> due);
        // No character in more bytes than it needs, no half of a pair, nothing above U+10FFFF.
        least = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
        most = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
      }
    }
    if (!stream) {
      if (due) put();
      due = 0;
      begun = ignoreBOM;
    }
    return text;
  };
}

// wasm-bindgen makes `encodeInto` of `encode`, where there is none.
function Encoder() {
  this.encode = (text) => {
    const bytes = [];
    for (const character of text) {
      let code = character.codePointAt();
      // Half of a pair is no character.
      if (code >> 11 === 27) code = 0xfffd;
      let more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x1_0000 ? 2 : 3;
      bytes.push((more && (0xf80 >> more) & 0xff) | (code >> (6 * more)));
      while (more) bytes.push(0x80 | ((code >> (6 * --more)) & 63));
    }
    return Uint8Array.from(bytes);
  };
}

/** The runtime's classes, looked up now, or what stands in for them. */
export const codecs = () => ({
  TextDecoder: globalThis.TextDecoder ?? Decoder,
  TextEncoder: globalThis.TextEncoder ?? Encoder,
});
