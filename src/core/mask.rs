//! Keeping a secret out of a text that a server sent.

/// A secret is at least so long. What is shorter is a word of a test, as in `apiKey: "test"`, and stands in many texts.
pub const SHORTEST: usize = 8;

/// What stands in its place.
pub const MASK: &str = "***";

/// The text with every occurrence of `secret` masked, be its characters escaped as JSON does it or not;
/// `None`: there is none, or it is too short to be one. `cut`: the text was cut off, and so may be a secret at its end.
///
/// The secret is ASCII. Masking inside a JSON string leaves valid JSON.
pub fn mask(text: &str, secret: &str, cut: bool) -> Option<String> {
    if secret.len() < SHORTEST {
        return None;
    }
    let secret = secret.as_bytes();
    let (mut masked, mut rest, mut kept) = (String::new(), text, 0);
    // By bytes: the secret is ASCII, so none of it begins inside a character.
    while let Some(after @ [_, next @ ..]) = rest.as_bytes().get(kept..) {
        if let Some(length) = occurrence(after, secret, cut) {
            masked.push_str(rest.get(..kept).unwrap_or_default());
            masked.push_str(MASK);
            rest = rest.get(kept + length..).unwrap_or_default();
            kept = 0;
        } else {
            // An escaped backslash is one character: its second half escapes nothing. It may begin a secret, though.
            let escaped = after.starts_with(b"\\\\") && !next.starts_with(secret);
            kept += if escaped { 2 } else { 1 };
        }
    }
    (rest.len() < text.len()).then(|| masked + rest)
}

/// The length of an occurrence at the text's begin.
fn occurrence(text: &[u8], secret: &[u8], cut: bool) -> Option<usize> {
    if text.starts_with(secret) {
        return Some(secret.len());
    }
    let mut rest = text;
    for &byte in secret {
        match character(rest, byte) {
            Match::Took(length) => rest = rest.get(length..)?,
            Match::Ended => return cut.then_some(text.len()),
            Match::Differs => return None,
        }
    }
    Some(text.len() - rest.len())
}

enum Match {
    Took(usize),
    /// The text ends before it is decided.
    Ended,
    Differs,
}

/// Whether the text begins with the character: itself, or as JSON escapes it.
fn character(text: &[u8], character: u8) -> Match {
    match text {
        [] | [b'\\'] => Match::Ended,
        [b'\\', b'u', digits @ ..] => {
            let digits = digits.get(..4).unwrap_or(digits);
            let expected = [0, 0, character >> 4, character & 15];
            let agree = digits
                .iter()
                .zip(expected)
                .all(|(&digit, number)| char::from(digit).to_digit(16) == Some(u32::from(number)));
            match (agree, digits.len()) {
                (true, 4) => Match::Took(6),
                (true, _) => Match::Ended,
                (false, _) => Match::Differs,
            }
        }
        [b'\\', escaped @ (b'"' | b'\\' | b'/'), ..] if *escaped == character => Match::Took(2),
        [plain, ..] if *plain == character => Match::Took(1),
        _ => Match::Differs,
    }
}

#[cfg(test)]
mod random;

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "pgk_live_1";

    fn masked(text: &str) -> String {
        mask(text, KEY, false).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn every_occurrence_is_masked_however_it_is_escaped() {
        for (text, expected) in [
            ("pgk_live_1", "***"),
            ("ä pgk_live_1, pgk_live_1ä", "ä ***, ***ä"),
            ("pgk_pgk_live_11", "pgk_***1"),
            ("\\u0070gk_live_1", "***"),
            ("pgk\\u005Flive\\u005f1!", "***!"),
            ("C:\\pgk_live_1", "C:\\***"),
            (r#""\\pgk_live_1""#, r#""\\***""#),
            ("pgk_live_", "pgk_live_"),
            ("pgk_live_\\u0032", "pgk_live_\\u0032"),
            // Another character, escaped.
            (r#"pgk_live\"1"#, r#"pgk_live\"1"#),
            (r"pgk_live\/1", r"pgk_live\/1"),
            (r"pgk_live\\1", r"pgk_live\\1"),
            ("", ""),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
        assert_eq!(mask(r"x\\0123456\ \\0123456\", r"\0123456\", false).as_deref(), Some(r"x*** \***"));
        assert_eq!(mask(r#"12345a\"\\\/b 12345a"\/b"#, r#"12345a"\/b"#, false).as_deref(), Some("*** ***"));
    }

    #[test]
    fn what_is_too_short_for_a_secret_is_left_alone() {
        for secret in ["test", "1234567", "e", ""] {
            assert_eq!(mask("a test of 1234567", secret, true), None, "{secret}");
        }
        assert_eq!(mask("a test of 12345678", "12345678", false).as_deref(), Some("a test of ***"));
    }

    #[test]
    fn a_secret_that_the_end_cuts_is_masked_where_the_text_was_cut() {
        for text in ["x pgk_live_", "x p", "x \\u0070gk_li\\u00", "x pgk\\", "x \\u"] {
            assert_eq!(mask(text, KEY, true).as_deref(), Some("x ***"), "{text}");
            assert_eq!(mask(text, KEY, false), None, "{text}");
        }
        assert_eq!(mask("x pgk_live", "pgk_live_1", true).as_deref(), Some("x ***"));
        assert_eq!(mask("x pgk-", KEY, true), None);
    }
}
