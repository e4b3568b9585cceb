//! The caller's AbortSignal.

use super::js;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

/// An AbortSignal, or what looks like one: another realm's, a polyfill's.
#[derive(Clone)]
pub struct Signal(JsValue);

impl Signal {
    /// `None`: the value is no signal.
    pub fn new(value: JsValue) -> Option<Self> {
        let is_signal = js::peek(&value, "aborted").as_bool().is_some()
            && js::peek(&value, "addEventListener").is_function()
            && js::peek(&value, "removeEventListener").is_function();
        is_signal.then_some(Self(value))
    }

    /// The reason, if it was aborted.
    pub fn reason(&self) -> Option<JsValue> {
        js::peek(&self.0, "aborted").is_truthy().then(|| js::peek(&self.0, "reason"))
    }

    /// Calls back with the reason when it is aborted, until that is dropped. However many wait for one signal, it
    /// has one listener: Node warns of more than ten.
    pub fn on_abort(&self, then: impl FnMut(JsValue) + 'static) -> OnAbort {
        let then = Rc::new(RefCell::new(then));
        let call: Rc<Call> = then;
        let known = SOURCES.with_borrow(|sources| {
            sources.iter().rev().filter_map(Weak::upgrade).find(|source| source.signal == self.0)
        });
        let source = known.unwrap_or_else(|| {
            let source = Source::new(&self.0);
            SOURCES.with_borrow_mut(|sources| {
                sources.retain(|source| source.strong_count() > 0);
                sources.push(Rc::downgrade(&source));
            });
            source
        });
        source.calls.borrow_mut().push(Rc::clone(&call));
        OnAbort { source, call }
    }
}

type Call = RefCell<dyn FnMut(JsValue)>;

thread_local! {
    /// The signals that are waited for.
    static SOURCES: RefCell<Vec<Weak<Source>>> = const { RefCell::new(Vec::new()) };
}

/// One signal, and all who wait for it.
struct Source {
    signal: JsValue,
    calls: RefCell<Vec<Rc<Call>>>,
    listener: RefCell<Option<Listener>>,
}

impl Source {
    fn new(signal: &JsValue) -> Rc<Self> {
        let source =
            Rc::new(Self { signal: signal.clone(), calls: RefCell::default(), listener: RefCell::default() });
        let weak = Rc::downgrade(&source);
        source.listener.replace(Some(Listener::new(signal, "abort", move || {
            let Some(source) = weak.upgrade() else { return };
            for call in source.calls.take() {
                (call.borrow_mut())(js::peek(&source.signal, "reason"));
            }
        })));
        source
    }
}

/// Somebody who waits for a signal, until dropped.
#[must_use = "dropping it ends the waiting"]
pub struct OnAbort {
    source: Rc<Source>,
    call: Rc<Call>,
}

impl Drop for OnAbort {
    fn drop(&mut self) {
        let mut calls = self.source.calls.borrow_mut();
        if let Some(at) = calls.iter().rposition(|call| Rc::ptr_eq(call, &self.call)) {
            calls.remove(at);
        }
    }
}

#[wasm_bindgen(module = "/src/shell/listeners.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = listeners)]
    fn create() -> JsValue;
    #[wasm_bindgen(js_namespace = listeners, catch)]
    fn add(all: &JsValue, target: &JsValue, event: &JsValue, then: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = listeners, catch)]
    fn remove(all: &JsValue, target: &JsValue, event: &JsValue, then: &JsValue) -> Result<(), JsValue>;
}

thread_local! {
    static ALL: JsValue = create();
}

/// An event listener, removed when dropped.
#[must_use = "dropping a listener removes it"]
pub struct Listener {
    target: JsValue,
    event: &'static str,
    closure: Closure<dyn FnMut()>,
}

impl Listener {
    pub fn new(target: &JsValue, event: &'static str, then: impl FnMut() + 'static) -> Self {
        let closure = Closure::<dyn FnMut()>::new(then);
        // A target that does not let itself be listened to is one that never tells.
        let _ = ALL.with(|all| add(all, target, js::text(event), closure.as_ref()));
        Self { target: target.clone(), event, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = ALL.with(|all| remove(all, &self.target, js::text(self.event), self.closure.as_ref()));
    }
}
