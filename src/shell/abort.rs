//! The caller's AbortSignal.

use super::js;
use super::task::call;
use js_sys::Function;
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
        Listener::new(Box::new(move || then(reason(&signal))), |then| listen(&self.0, then))
    }
}

#[wasm_bindgen(module = "/src/shell/listeners.js")]
extern "C" {
    /// Has `then` called when the signal is aborted; gives what ends that.
    #[wasm_bindgen(js_namespace = listeners)]
    fn listen(signal: &JsValue, then: &JsValue) -> Function;
    /// What the signal was aborted with; an AbortError where it has no reason, as in old polyfills and React Native.
    #[wasm_bindgen(js_namespace = listeners)]
    fn reason(signal: &JsValue) -> JsValue;
}

/// A callback to events, which ends when dropped.
#[must_use = "dropping a listener removes it"]
pub struct Listener {
    end: Function,
    _then: Closure<dyn FnMut()>,
}

impl Listener {
    /// `listen` has its argument called at events, and gives what ends that.
    pub fn new(then: Box<dyn FnMut()>, listen: impl FnOnce(&JsValue) -> Function) -> Self {
        let then = Closure::wrap(then);
        Self { end: listen(then.as_ref()), _then: then }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        call(&self.end, &JsValue::UNDEFINED, &JsValue::UNDEFINED);
    }
}
