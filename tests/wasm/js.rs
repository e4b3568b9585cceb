//! Reading values that are not ours: whatever they do, it is a `Result` or a default.

use crate::support::{js, run, settle};
use plangrep_client::shell::js::{check_names, get, intern, items, notify, pairs, peek};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const REVOKED: &str =
    "(() => { const { proxy, revoke } = Proxy.revocable([], {}); revoke(); return proxy; })()";
const THROWING: &str = "new Proxy({}, { get() { throw 'trap' }, getPrototypeOf() { throw 'trap' } })";

#[wasm_bindgen_test]
fn a_constant_is_made_once_and_reads_as_it_is_written() {
    for constant in ["status", "stat", "tus", "", "files", "ä😀"] {
        assert_eq!(intern(constant).as_string().as_deref(), Some(constant));
        assert!(std::ptr::eq(intern(constant), intern(constant)));
    }
}

#[wasm_bindgen_test]
fn a_member_of_anything_is_read_or_its_error_is_given() {
    for (expression, expected) in [
        ("{ status: 'x' }", Some("x")),
        ("{}", None),
        ("null", None),
        ("undefined", None),
        ("5", None),
        ("'text'", None),
        ("Symbol('x')", None),
        ("Object.create({ status: 'inherited' })", Some("inherited")),
    ] {
        assert_eq!(get(&js(expression), "status").unwrap().as_string().as_deref(), expected, "{expression}");
    }
    for expression in [REVOKED, THROWING, "{ get status() { throw 'trap' } }"] {
        assert!(get(&js(expression), "status").is_err(), "{expression}");
        assert!(peek(&js(expression), "status").is_undefined(), "{expression}");
    }
}

#[wasm_bindgen_test]
fn only_a_plain_object_holds_options_or_pairs() {
    let none = js_sys::Array::new();
    for expression in ["{}", "Object.create(null)", "new (class {})", "new Proxy({}, {})"] {
        assert!(check_names(&js(expression), &none).is_none(), "{expression}");
        assert_eq!(pairs(&js(expression)).map(|pairs| pairs.length()), Some(0), "{expression}");
    }
    assert!(check_names(&JsValue::UNDEFINED, &none).is_none());
    for expression in [
        "null",
        "1",
        "'x'",
        "[]",
        "() => {}",
        "new Map",
        "new Date",
        "/x/",
        "Promise.resolve()",
        "new AbortController().signal",
        "new URL('https://a.example')",
        REVOKED,
        THROWING,
        "{ get [Symbol.toStringTag]() { throw 'trap' } }",
    ] {
        let problem = check_names(&js(expression), &none).map(|wrong| wrong.get(0).as_string());
        assert_eq!(problem, Some(Some("options".to_owned())), "{expression}");
        assert!(pairs(&js(expression)).is_none(), "{expression}");
    }
    assert!(pairs(&js("{ a: 'b', c: 1 }")).is_none());
}

#[wasm_bindgen_test]
fn the_items_of_an_array_are_copied_and_nothing_else_has_any() {
    assert_eq!(items(&js("[1, , 3]")).map(|items| items.length()), Some(3));
    assert_eq!(items(&js("new Proxy([1], {})")).map(|items| items.length()), Some(1));
    for expression in [
        "{ length: 1, 0: 1 }",
        "'text'",
        "new Set([1])",
        "null",
        REVOKED,
        "new Proxy([1], { get() { throw 'trap' } })",
    ] {
        assert!(items(&js(expression)).is_none(), "{expression}");
    }
}

#[wasm_bindgen_test]
async fn what_a_callback_throws_or_rejects_is_told_once_or_goes_by() {
    for (body, expected) in [
        ("throw 'thrown'", &["thrown"][..]),
        ("return Promise.reject('rejected')", &["rejected"]),
        ("return { then(_, reject) { reject('rejected') } }", &["rejected"]),
        ("return { get then() { throw 'trap' } }", &["trap"]),
        ("return Object.assign(Promise.resolve(1), { then() { throw 'trap' } })", &["trap"]),
        ("return Promise.resolve('fine')", &[]),
        ("return 'fine'", &[]),
        ("return new Promise(() => {})", &[]),
    ] {
        let callback = js_sys::Function::new_with_args("argument", body);
        let seen = js("[]");
        let report = run("return (reason) => a.push(reason)", &[&seen]);
        notify(&callback, &JsValue::NULL, &report);
        notify(&callback, &JsValue::NULL, &JsValue::UNDEFINED);
        settle().await;
        let seen = js_sys::Array::from(&seen);
        let seen: Vec<_> = seen.iter().filter_map(|reason| reason.as_string()).collect();
        assert_eq!(seen, expected, "{body}");
    }
}
