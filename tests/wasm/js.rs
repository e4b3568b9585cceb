//! Reading values that are not ours: whatever they do, it is a `Result` or a default.

use crate::support::{js, settle};
use plangrep_client::shell::js::{
    get, ignore, intern, is_plain, items, kind, peek, settled, watch_rejection,
};
use std::cell::RefCell;
use std::rc::Rc;
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
fn only_a_plain_object_is_plain() {
    for expression in ["{}", "Object.create(null)", "new (class {})", "new Proxy({}, {})"] {
        assert!(is_plain(&js(expression)), "{expression}");
    }
    for expression in [
        "null",
        "undefined",
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
        assert!(!is_plain(&js(expression)), "{expression}");
    }
    assert_eq!(kind(&js("new Error")), "[object Error]");
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
async fn awaiting_gives_what_javascript_would_and_always_ends() {
    for (expression, expected) in [
        ("7", Ok(7.0)),
        ("Promise.resolve(7)", Ok(7.0)),
        ("{ then(resolve) { resolve(7) } }", Ok(7.0)),
        ("{ then(resolve) { resolve(7); resolve(8); throw 9 } }", Ok(7.0)),
        ("Promise.reject(8)", Err(8.0)),
        ("{ then(_, reject) { reject(8) } }", Err(8.0)),
        ("{ then() { throw 8 } }", Err(8.0)),
        ("{ get then() { throw 8 } }", Err(8.0)),
        ("Object.assign(Promise.resolve(1), { then() { throw 8 } })", Err(8.0)),
        ("Object.defineProperty(Promise.resolve(1), 'constructor', { get() { throw 8 } })", Err(8.0)),
        ("Object.assign(Promise.resolve(1), { then(resolve) { resolve(7); resolve(8) } })", Ok(7.0)),
    ] {
        let outcome = settled(&js(expression)).await;
        let number = |value: JsValue| value.as_f64().unwrap();
        assert_eq!(outcome.map(number).map_err(number), expected, "{expression}");
    }
}

#[wasm_bindgen_test]
async fn what_a_callback_throws_or_rejects_is_told_once_or_goes_by() {
    for (body, expected) in [
        ("throw 'thrown'", &["thrown"][..]),
        ("return Promise.reject('rejected')", &["rejected"]),
        ("return { then(_, reject) { reject('rejected') } }", &["rejected"]),
        ("return Promise.resolve('fine')", &[]),
        ("return 'fine'", &[]),
        ("return { get then() { throw 'trap' } }", &[]),
        ("return new Promise(() => {})", &[]),
    ] {
        let outcome = || js_sys::Function::new_no_args(body).call0(&JsValue::UNDEFINED);
        let told = Rc::new(RefCell::new(Vec::new()));
        let telling = Rc::clone(&told);
        watch_rejection(
            outcome(),
            Box::new(move |reason: JsValue| telling.borrow_mut().extend(reason.as_string())),
        );
        ignore(outcome());
        settle().await;
        assert_eq!(*told.borrow(), expected, "{body}");
    }
}
