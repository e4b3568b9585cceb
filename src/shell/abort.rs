//! The caller's AbortSignal.

use super::js;
use std::cell::Cell;
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
        js::peek(&self.0, "aborted").is_truthy().then(|| reason(&self.0))
    }

    /// Calls back with the reason when it is aborted, until that is dropped.
    pub fn on_abort(&self, mut then: impl FnMut(JsValue) + 'static) -> Listener {
        let signal = self.0.clone();
        Listener::new(&self.0, "abort", Box::new(move || then(reason(&signal))))
    }
}

#[wasm_bindgen(module = "/src/shell/listeners.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = listeners)]
    fn create() -> JsValue;
    #[wasm_bindgen(js_namespace = listeners, catch)]
    fn add(all: &JsValue, target: &JsValue, event: &JsValue, then: &JsValue) -> Result<(), JsValue>;
    /// What the signal was aborted with; an AbortError where it has no reason, as in old polyfills and React Native.
    #[wasm_bindgen(js_namespace = listeners)]
    fn reason(signal: &JsValue) -> JsValue;
    #[wasm_bindgen(js_namespace = listeners, catch)]
    fn remove(all: &JsValue, target: &JsValue, event: &JsValue, then: &JsValue) -> Result<(), JsValue>;
}

thread_local! {
    static ALL: Cell<Option<&'static JsValue>> = const { Cell::new(None) };
}

/// All targets with what listens there, made once and kept.
fn all() -> &'static JsValue {
    ALL.get().unwrap_or_else(|| {
        let made = Box::leak(Box::new(create()));
        ALL.set(Some(made));
        made
    })
}

/// An event listener, removed when dropped.
#[must_use = "dropping a listener removes it"]
pub struct Listener {
    target: JsValue,
    event: &'static str,
    closure: Closure<dyn FnMut()>,
}

impl Listener {
    /// Any number of them at one target: they share a listener there.
    pub fn new(target: &JsValue, event: &'static str, then: Box<dyn FnMut()>) -> Self {
        let closure = Closure::wrap(then);
        // A target that does not let itself be listened to is one that never tells.
        let _ = add(all(), target, js::intern(event), closure.as_ref());
        Self { target: target.clone(), event, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = remove(all(), &self.target, js::intern(self.event), self.closure.as_ref());
    }
}
