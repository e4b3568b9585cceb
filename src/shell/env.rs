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

/// Whether this runs in a page or in a worker of one.
#[wasm_bindgen(js_name = inPage)]
pub fn in_page() -> bool {
    let global = global();
    let is_there = |name| !peek(&global, name).is_undefined();
    let has_document = !peek(&peek(&global, "window"), "document").is_undefined();
    // Deno's workers have the same scope, and no page that they belong to.
    let is_worker = is_there("WorkerGlobalScope") && !is_there("Deno");
    (has_document || is_worker) && peek(&peek(&global, "location"), "href").is_string()
}

/// What a relative URL may count from, the first that is a URL to count from. A frame without an address of its own
/// (`srcdoc`, `about:blank`) has its parent's as `baseURI`; a worker out of a blob has an origin alone.
pub fn page_addresses() -> [JsValue; 3] {
    let global = global();
    if !in_page() {
        return [const { JsValue::UNDEFINED }; 3];
    }
    let document = peek(&global, "document");
    [peek(&document, "baseURI"), peek(&peek(&global, "location"), "href"), peek(&global, "origin")]
}

/// Whether `Request` knows `cache`: some versions of workerd throw on the member.
pub fn knows_cache() -> bool {
    let request = peek(&peek(&global(), "Request"), "prototype");
    request.is_object() && js_sys::Reflect::has(&request, super::js::intern("cache")).unwrap_or(false)
}
