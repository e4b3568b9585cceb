//! The module's bytes as text that a JavaScript file can hold; `pkg-template/entry/decode.js` reads it back.
//!
//! base64 costs a third more once compressed, because it hides the bytes from the compressor. Here a byte always
//! becomes the same one or two printable ASCII characters, so that a repetition stays one. The text starts with the 256
//! bytes in order, so it brings its own table.
//!
//! brotli takes the file for text and guesses a character from the kinds of the two before it: a vowel, a consonant, a
//! digit, a bracket and so on (RFC 7932, 7.1). So bytes after which alike bytes come in a wasm module have characters of
//! one kind here, which makes 700 to 1000 bytes less than handing them out by frequency or in order. The table was found
//! by simulated annealing over what follows what in several builds of this package; a module of another make is
//! still encoded right, and compresses worse.

/// Characters of one kind, and the bytes that they stand for. No quotation mark, backslash or "<": a string literal, or
/// a script inside HTML, would have to escape them.
#[rustfmt::skip]
const ALPHABET: [(&[u8], &[u8]); 12] = [
    (b"%", &[0x10]),
    (b"'", &[0x04]),
    (b"([{", &[0x02, 0x03, 0x0a]),
    (b")>]}", &[0x00, 0x06, 0x09, 0x0b]),
    (b",:;", &[0x01, 0x7c, 0x7f]),
    (b"=", &[0x6a]),
    (b"0123456789", &[0x20, 0x21, 0x22, 0x42, 0x90, 0xc8, 0xd8, 0xe0, 0xfc, 0xff]),
    (b"AEIOU", &[0x41, 0x80, 0x98, 0xd0, 0xf0]),
    (b"BCDFGHJKLMNPQRSTVWXYZ", &[
        0x1c, 0x23, 0x24, 0x25, 0x2c, 0x34, 0x44, 0x60, 0x61, 0x65, 0x67, 0x69, 0x6f, 0x75, 0x78,
        0x88, 0x93, 0xa0, 0xa8, 0xb6, 0xcf,
    ]),
    (b"aeiou", &[0x28, 0x29, 0x2b, 0x36, 0x37]),
    (b"bcdfghjklmnpqrstvwxyz", &[
        0x0f, 0x2d, 0x2e, 0x2f, 0x39, 0x3a, 0x45, 0x46, 0x47, 0x5f, 0x62, 0x63, 0x64, 0x68, 0x6c,
        0x6d, 0x6e, 0x70, 0x72, 0x73, 0x74,
    ]),
    (b"!#$&*+-/?@^_`|~", &[
        0x05, 0x07, 0x08, 0x0c, 0x0d, 0x0e, 0x14, 0x18, 0x1b, 0x30, 0x38, 0x40, 0x6b, 0x71, 0x7e,
    ]),
];

/// The first of the two characters of every other byte; decode.js knows them.
const ESCAPES: [u8; 2] = *b" .";

/// A JavaScript module that exports the text as `text`, and how many bytes it stands for as `size`.
pub fn as_module(wasm: &[u8]) -> String {
    format!("export const size = {};\nexport const text = \"{}\";\n", wasm.len(), encode(wasm))
}

fn encode(bytes: &[u8]) -> String {
    let codes = codes();
    (0..=u8::MAX).chain(bytes.iter().copied()).map(|byte| codes[usize::from(byte)].as_str()).collect()
}

/// Each byte's characters.
fn codes() -> [String; 256] {
    let single = || ALPHABET.iter().flat_map(|(characters, bytes)| bytes.iter().zip(*characters));
    let mut codes = [const { String::new() }; 256];
    for (byte, character) in single() {
        codes[usize::from(*byte)].push(char::from(*character));
    }
    let pairs = ESCAPES.iter().flat_map(|escape| single().map(move |(_, character)| [*escape, *character]));
    for (code, pair) in codes.iter_mut().filter(|code| code.is_empty()).zip(pairs) {
        code.extend(pair.map(char::from));
    }
    codes
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{ESCAPES, encode};

    /// What decode.js does.
    fn decode(text: &str) -> Vec<u8> {
        let mut tokens = Vec::new();
        let mut rest = text.as_bytes();
        while let Some(first) = rest.first() {
            let (token, after) = rest.split_at(if ESCAPES.contains(first) { 2 } else { 1 });
            tokens.push(token);
            rest = after;
        }
        let table: HashMap<_, _> = tokens.iter().zip(0..=u8::MAX).collect();
        tokens[256..].iter().map(|token| table[token]).collect()
    }

    /// Bytes of very different frequency, every one of them among them.
    fn sample() -> Vec<u8> {
        (0..20_000_u32).map(|n| (n * n % 251 * n).to_le_bytes()[0]).chain(0..=u8::MAX).collect()
    }

    #[test]
    fn the_text_gives_the_bytes_back() {
        for bytes in [Vec::new(), vec![0], vec![255; 1000], sample()] {
            assert_eq!(decode(&encode(&bytes)), bytes);
        }
    }

    #[test]
    fn the_text_needs_no_escaping_in_any_charset_or_in_html() {
        assert!(encode(&sample()).bytes().all(|c| (b' '..=b'~').contains(&c) && !b"\"\\<".contains(&c)));
    }
}
