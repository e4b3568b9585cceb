//! What the runtime and the page offer, out of host.js.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/shell/host.js")]
extern "C" {
    /// A clock that does not go back, in ms from some moment.
    #[wasm_bindgen(js_namespace = host)]
    pub fn now() -> f64;
    #[wasm_bindgen(js_namespace = host, js_name = variable)]
    fn variable_of(name: &str) -> JsValue;
    #[wasm_bindgen(js_namespace = host, js_name = inPage)]
    fn is_in_page() -> bool;
    /// What a relative URL means in this page; `None`: nothing says so.
    #[wasm_bindgen(js_namespace = host, js_name = pageUrl)]
    pub fn page_url(given: &str) -> Option<String>;
    #[wasm_bindgen(js_namespace = host)]
    fn listen(then: &JsValue) -> Function;
    /// Whether the browser knows that there is no network.
    #[wasm_bindgen(js_namespace = host, js_name = isOffline)]
    pub fn is_offline() -> bool;
    /// Whether the browser prepares the page without showing it.
    #[wasm_bindgen(js_namespace = host, js_name = isPrerendering)]
    pub fn is_prerendering() -> bool;
    /// The second argument of `fetch`, of pairs of a header's name and value.
    #[wasm_bindgen(js_namespace = host)]
    pub fn init(headers: &Array) -> JsValue;
}

/// An environment variable, where the runtime has such and it is not empty.
pub fn variable(name: &'static str) -> Option<String> {
    variable_of(name).as_string().filter(|value| !value.is_empty())
}

/// Whether this runs in a page or in a worker of one.
#[wasm_bindgen(js_name = inPage)]
pub fn in_page() -> bool {
    is_in_page()
}

/// Calls back at every change in the page's life that a poll may be overdue for, until dropped.
pub fn on_page_change(then: Box<dyn FnMut()>) -> super::abort::Listener {
    super::abort::Listener::new(then, listen)
}
