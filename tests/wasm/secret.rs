//! The key, and what may be shown that could hold it.

use crate::support::{js, member};
use plangrep_client::shell::secret::Key;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

fn key() -> Key {
    Key::new(&"pgk_live_1234".into()).unwrap()
}

#[wasm_bindgen_test]
fn a_key_is_a_string_that_a_header_can_hold() {
    assert_eq!(key().bearer().as_string().as_deref(), Some("Bearer pgk_live_1234"));
    for expression in
        ["''", "' a'", "'a b'", "'a\\n'", "'ä'", "'\\ud800'", "null", "7", "new String('a')", "['a']"]
    {
        assert!(Key::new(&js(expression)).is_err(), "{expression}");
    }
}

#[wasm_bindgen_test]
fn a_text_without_the_key_is_the_very_text_even_one_that_is_no_unicode() {
    for expression in ["''", "'some text'", "'\\ud800 lone'", "'pgk_live_'"] {
        let text: js_sys::JsString = js(expression).into();
        assert!(JsValue::from(key().mask(&text, false)) == JsValue::from(text), "{expression}");
    }
    let masked = key().mask(&js("'a pgk_live_1234 b'").into(), false);
    assert_eq!(String::from(masked), "a *** b");
}

#[wasm_bindgen_test]
fn what_was_thrown_is_kept_only_if_nothing_in_it_can_show_the_key() {
    for expression in [
        "new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) })",
        "new DOMException('x', 'NetworkError')",
        "undefined",
        "null",
        "7",
        "'text'",
        "Symbol('x')",
        "{ a: [1, { b: 'c' }] }",
    ] {
        let thrown = js(expression);
        assert!(key().clean(thrown.clone()) == thrown, "{expression}");
    }
    for expression in [
        "new Error('no pgk_live_1234')",
        "new Error('no', { cause: new Error('pgk_live_1234') })",
        "Object.assign(new Error('no'), { headers: new Map })",
        "Object.assign(new Error('no'), { deep: { er: ['pgk_live_1234'] } })",
        "Object.defineProperty(new Error('no'), 'lazy', { get() { throw 1 } })",
        "new Proxy(new Error('no'), { get(target, name) { if (name === 'message') return 'no'; throw 1 } })",
    ] {
        let thrown = js(expression);
        let cleaned = key().clean(thrown.clone());
        assert!(cleaned != thrown, "{expression}");
        let message = member(&cleaned, "message").as_string().unwrap();
        assert!(message.starts_with("no") && !message.contains("pgk"), "{expression}: {message}");
    }
}
