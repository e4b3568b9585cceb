//! The objects that an application gets, made by objects.js, each in one call.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/shell/objects.js")]
extern "C" {
    /// Takes the function that makes an instance of the right class, with a sentence for a message, of
    /// `(code, problem, facts, cause?)`. The problem is what the facts do not tell.
    #[wasm_bindgen(js_namespace = objects, js_name = setErrorFactory)]
    pub fn take_error_factory(make: &Function);
    #[wasm_bindgen(js_namespace = objects)]
    pub fn error(code: &str, problem: &str, facts: &JsValue, causes: &Array) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn located(
        facts: &JsValue,
        job_id: Option<&str>,
        project_id: Option<&str>,
        url: Option<&str>,
    ) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn tried(facts: &JsValue, attempts: u32) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn argument(argument: &str) -> JsValue;
    #[wasm_bindgen(js_namespace = objects, js_name = invalidResponse)]
    pub fn invalid_response(path: &str, status: u16) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn timeout(ms: f64) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn ended(job: &JsValue) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn expired(
        last_job: &JsValue,
        last_error: &JsValue,
        polls: u32,
        elapsed_ms: f64,
        state: &str,
    ) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn refusal(text: &JsValue, status: u16, request_id: &JsValue, retry_after_ms: Option<f64>)
    -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn said(body: &JsValue) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn job(
        job: &JsValue,
        previous: &JsValue,
        changed: bool,
        terminal: bool,
        progress: Option<f64>,
        eta_ms: Option<f64>,
    ) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn project(current: &JsValue, jobs: &JsValue, changed: &JsValue) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn update(
        about: &JsValue,
        poll: u32,
        elapsed_ms: f64,
        next_poll_ms: Option<f64>,
        state: &str,
    ) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn check(update: &JsValue, polled: bool, error: &JsValue) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn next(done: bool, value: &JsValue) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn totals(jobs: f64, credits_debited: f64, page_count: f64, successful_page_count: f64) -> JsValue;
    #[wasm_bindgen(js_namespace = objects)]
    pub fn billing(totals: &JsValue, by_status: &Array) -> JsValue;
    /// Completes a job in place. Gives whether its error is an object, if it has one.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn complete(job: &JsValue, names: &JsValue) -> bool;
}
