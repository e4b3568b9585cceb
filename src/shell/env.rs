//! What the runtime offers, looked up when it is used: fake clocks and mocked globals work, and a runtime
//! without one of them is no error.

use super::js::peek;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now, catch)]
    fn performance_now() -> Result<f64, JsValue>;

    // Not `js_sys::global()`: that prefers `window`, which some tests set to an object of their own.
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL_THIS: JsValue;
}

/// The global object.
pub fn global() -> JsValue {
    GLOBAL_THIS.with(JsValue::clone)
}

/// A clock that does not go back, in ms from some moment.
pub fn now() -> f64 {
    performance_now().unwrap_or_else(|_| js_sys::Date::now())
}

/// An environment variable, where the runtime has such and it is not empty.
pub fn variable(name: &'static str) -> Option<String> {
    let environment = peek(&peek(&global(), "process"), "env");
    peek(&environment, name).as_string().filter(|value| !value.is_empty())
}

/// The address of the page or of the worker of a page that this runs in; `None` elsewhere.
pub fn page() -> Option<String> {
    let global = global();
    let in_page = !peek(&peek(&global, "window"), "document").is_undefined()
        || !peek(&global, "WorkerGlobalScope").is_undefined();
    let location = peek(&global, "location");
    peek(&location, "href").as_string().filter(|_| in_page)
}

/// Whether `Request` knows `cache`: some versions of workerd throw on the member.
pub fn knows_cache() -> bool {
    let request = peek(&peek(&global(), "Request"), "prototype");
    request.is_object() && js_sys::Reflect::has(&request, super::js::intern("cache")).unwrap_or(false)
}
