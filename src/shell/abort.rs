//! The caller's AbortSignal.

use super::js;
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

    /// Calls back with the reason when it is aborted. Dropping the listener removes it.
    pub fn on_abort(&self, mut then: impl FnMut(JsValue) + 'static) -> Listener {
        let signal = self.0.clone();
        let closure = Closure::<dyn FnMut()>::new(move || then(js::peek(&signal, "reason")));
        let _ = js::call(&self.0, "addEventListener", &[js::text("abort"), closure.as_ref()]);
        Listener { signal: self.0.clone(), closure }
    }
}

/// An abort listener, removed when dropped.
#[must_use = "dropping a listener removes it"]
pub struct Listener {
    signal: JsValue,
    closure: Closure<dyn FnMut()>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = js::call(&self.signal, "removeEventListener", &[js::text("abort"), self.closure.as_ref()]);
    }
}
