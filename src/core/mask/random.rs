//! Texts at random that hold a secret.

use super::*;
use proptest::prelude::*;

/// A text as JSON may write it: each character plain or escaped.
fn escaped(text: String) -> impl Strategy<Value = String> {
    proptest::collection::vec(0..3, text.len()).prop_map(move |ways| {
        let write = |(character, way)| match way {
            0 => format!("{character}"),
            1 => format!("\\u{:04x}", character as u32),
            _ => format!("\\u{:04X}", character as u32),
        };
        text.chars().zip(ways).map(write).collect()
    })
}

fn secret_and_its_json() -> impl Strategy<Value = (String, String)> {
    "[a-z_0-9]{8,20}".prop_flat_map(|secret| (Just(secret.clone()), escaped(secret)))
}

proptest! {
    #[test]
    fn no_text_keeps_the_secret(
        parts in proptest::collection::vec(".{0,4}|[\\\\\"/u0a]{0,4}", 1..5), secret in "[!-~]{8,20}|[\\\\\"/u0a]{8,14}",
    ) {
        let text = parts.join(&secret);
        let masked = mask(&text, &secret, false).unwrap_or(text);
        // What is left could only be made of the mask itself.
        prop_assert!(!masked.contains(&secret) || secret.contains('*'));
    }

    #[test]
    fn masking_a_json_string_leaves_json(before in ".*", after in ".*", secret in "[a-z_0-9]{8,20}") {
        let value = serde_json::Value::from([before, secret.clone(), after].concat());
        let masked = mask(&value.to_string(), &secret, false).unwrap();
        let read: String = serde_json::from_str(&masked).unwrap();
        prop_assert!(!read.contains(&secret));
    }

    #[test]
    fn a_secret_is_found_however_it_is_escaped((secret, json) in secret_and_its_json(), around in "[A-Z ]{0,9}") {
        let text = [&around, json.as_str(), &around].concat();
        prop_assert_eq!(mask(&text, &secret, false), Some([&around, MASK, &around].concat()));
    }

    #[test]
    fn a_secret_that_is_cut_anywhere_leaves_nothing((secret, json) in secret_and_its_json(), part in 0.0..1.0f64) {
        let kept = &json[..=(part * (json.len() - 1) as f64) as usize];
        prop_assert_eq!(mask(&["A ", kept].concat(), &secret, true), Some(["A ", MASK].concat()));
    }
}
