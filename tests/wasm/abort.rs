//! Signals and what listens to them.

use crate::support::{count, js, member, run};
use plangrep_client::shell::abort::Signal;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// A controller whose signal counts its listeners.
fn controller() -> JsValue {
    js("(() => {
        const controller = new AbortController();
        const { signal } = controller;
        const listeners = new Set();
        const add = signal.addEventListener, remove = signal.removeEventListener;
        signal.addEventListener = function (type, listener) { listeners.add(listener); return add.call(this, type, listener); };
        signal.removeEventListener = function (type, listener) { listeners.delete(listener); return remove.call(this, type, listener); };
        return Object.assign(controller, { listeners });
    })()")
}

fn listeners(controller: &JsValue) -> u32 {
    count(&member(controller, "listeners"), "size")
}

#[wasm_bindgen_test]
fn a_signal_is_known_by_what_it_can_do() {
    for expression in [
        "new AbortController().signal",
        "AbortSignal.abort()",
        "{ aborted: false, addEventListener() {}, removeEventListener() {} }",
    ] {
        assert!(Signal::new(js(expression)).is_some(), "{expression}");
    }
    for expression in [
        "null",
        "{}",
        "1",
        "new EventTarget()",
        "new AbortController()",
        "{ aborted: false }",
        "{ aborted: 0, addEventListener() {}, removeEventListener() {} }",
        "new Proxy({}, { get() { throw 'trap' } })",
    ] {
        assert!(Signal::new(js(expression)).is_none(), "{expression}");
    }
}

#[wasm_bindgen_test]
fn a_listener_is_told_the_reason_itself_and_removed_when_dropped() {
    let controller = controller();
    let signal = Signal::new(member(&controller, "signal")).unwrap();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let listener = signal.on_abort({
        let seen = Rc::clone(&seen);
        move |reason| seen.borrow_mut().push(reason)
    });
    assert!(signal.reason().is_none());
    assert_eq!(listeners(&controller), 1);
    let reason = js("{ mine: true }");
    run("a.abort(b)", &[&controller, &reason]);
    assert!(seen.borrow().iter().eq([&reason]));
    assert!(signal.reason().is_some_and(|given| given == reason));
    drop(listener);
    assert_eq!(listeners(&controller), 0);
}

#[wasm_bindgen_test]
fn a_thousand_listeners_come_and_go() {
    let controller = controller();
    let signal = Signal::new(member(&controller, "signal")).unwrap();
    for _ in 0..1000 {
        let _listener = signal.on_abort(|_| {});
        assert_eq!(listeners(&controller), 1);
    }
    assert_eq!(listeners(&controller), 0);
}

#[wasm_bindgen_test]
fn an_abort_without_a_reason_has_an_abort_error_for_one() {
    for expression in [
        "{ aborted: true, addEventListener() {}, removeEventListener() {} }",
        "{ aborted: true, get reason() { throw 'trap' }, addEventListener() {}, removeEventListener() {} }",
    ] {
        let reason = Signal::new(js(expression)).unwrap().reason().unwrap();
        assert_eq!(member(&reason, "name").as_string().as_deref(), Some("AbortError"), "{expression}");
        assert!(run("return a instanceof Error", &[&reason]).is_truthy());
    }
}
