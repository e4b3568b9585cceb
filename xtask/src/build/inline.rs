//! The module's bytes as text that a JavaScript file can hold; `pkg-template/entry/decode.js` reads it back.
//!
//! base64 costs a third more once compressed, because it hides the bytes from the compressor. Here a byte always
//! becomes the same one or two printable ASCII characters, so that a repetition stays one. The 90 most frequent bytes
//! have a character of their own, the others an escape and a character. The text starts with the 256 bytes in order,
//! so it brings its own table.

use std::cmp::Reverse;

/// Not in the text: what a string literal, or a script inside HTML, would have to escape.
const FORBIDDEN: &[u8] = b"\"\\<";
/// The first of the two codes that a byte without a character of its own has.
const ESCAPES: [u8; 2] = *b"}~";

/// A JavaScript module that exports the text as `text`, and how many bytes it stands for as `size`.
pub fn as_module(wasm: &[u8]) -> String {
    format!("export const size = {};\nexport const text = \"{}\";\n", wasm.len(), encode(wasm))
}

fn encode(bytes: &[u8]) -> String {
    let codes = codes(bytes);
    (0..=u8::MAX).chain(bytes.iter().copied()).map(|byte| codes[usize::from(byte)].as_str()).collect()
}

/// Each byte's characters.
fn codes(bytes: &[u8]) -> [String; 256] {
    let alphabet: Vec<u8> =
        (b' '..=b'~').filter(|c| !FORBIDDEN.contains(c) && !ESCAPES.contains(c)).collect();
    let (mut single, mut escaped) = by_frequency(bytes, alphabet.len());
    single.sort_unstable();
    escaped.sort_unstable();
    let mut codes = [const { String::new() }; 256];
    // Where a byte is a printable character it stays that: names and messages in the wasm remain words.
    let (same, other): (Vec<u8>, Vec<u8>) = single.into_iter().partition(|byte| alphabet.contains(byte));
    let free = alphabet.iter().filter(|c| !same.contains(c));
    for (&byte, &character) in same.iter().zip(&same).chain(other.iter().zip(free)) {
        codes[usize::from(byte)].push(char::from(character));
    }
    let pairs = ESCAPES.iter().flat_map(|escape| alphabet.iter().map(move |character| [*escape, *character]));
    for (byte, pair) in escaped.into_iter().zip(pairs) {
        codes[usize::from(byte)].extend(pair.map(char::from));
    }
    codes
}

/// The `count` most frequent bytes, and the rest.
fn by_frequency(bytes: &[u8], count: usize) -> (Vec<u8>, Vec<u8>) {
    let mut times = [0; 256];
    for &byte in bytes {
        times[usize::from(byte)] += 1;
    }
    let mut order: Vec<u8> = (0..=u8::MAX).collect();
    order.sort_by_key(|&byte| Reverse(times[usize::from(byte)]));
    let rest = order.split_off(count);
    (order, rest)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{ESCAPES, FORBIDDEN, encode};

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
        assert!(encode(&sample()).bytes().all(|c| (b' '..=b'~').contains(&c) && !FORBIDDEN.contains(&c)));
    }

    #[test]
    fn frequent_printable_bytes_stay_as_they_are() {
        let text = encode("invalid type: ".repeat(50).as_bytes());
        assert!(text.contains("invalid type: invalid type: "));
    }
}
