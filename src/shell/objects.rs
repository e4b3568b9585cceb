//! The objects that an application gets, made by objects.js, each in one call.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/shell/objects.js")]
extern "C" {
    /// Takes the function that makes an instance of the right class, with a sentence for a message, of
    /// `(code, problem, facts, cause?)`. The problem says in words what the facts do not.
    #[wasm_bindgen(js_namespace = objects, js_name = setErrorFactory)]
    pub fn take_error_factory(make: &Function);
    /// A draft of an error: the facts that are its own fields, and in words what they do not say.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn draft(facts: &JsValue, problem: &str) -> JsValue;
    /// A copy of a draft with one more part, or another in its place: see objects.js.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn with(draft: &JsValue, name: &JsValue, value: &JsValue) -> JsValue;
    /// An instance of the class for `code`. `located`: it may show what the call and the request were about.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn error(code: &str, draft: &JsValue, located: bool) -> JsValue;
    /// The facts of an invalid argument: its name.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn argument(argument: &str) -> JsValue;
    /// The facts of an invalid response: where in the body, as in `jobs[3].id`, and the HTTP status.
    #[wasm_bindgen(js_namespace = objects, js_name = invalidResponse)]
    pub fn invalid_response(path: &str, status: u16) -> JsValue;
    /// The facts of a timeout: the time that the attempt had, in ms.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn timeout(ms: f64) -> JsValue;
    /// The facts of a job that ended without a result or is blocked: the job.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn ended(job: &JsValue) -> JsValue;
    /// The facts of a wait that reached its deadline; `elapsed_ms` is since its start, `state` is what another wait goes on
    /// from.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn expired(
        last_job: &JsValue,
        last_error: &JsValue,
        polls: u32,
        elapsed_ms: f64,
        state: &str,
    ) -> JsValue;
    /// The facts of a response that is no success, of the text of its body.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn refusal(text: &JsValue, status: u16, request_id: &JsValue, retry_after_ms: Option<f64>)
    -> JsValue;
    /// The message or the code in an error's body; undefined: it has none.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn said(body: &JsValue) -> JsValue;
    /// The part of an update about a job; `eta_ms` is the estimated time to its end, in ms.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn job(
        job: &JsValue,
        previous: &JsValue,
        changed: bool,
        terminal: bool,
        progress: Option<f64>,
        eta_ms: Option<f64>,
    ) -> JsValue;
    /// The part of an update about a project.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn project(current: &JsValue, jobs: &JsValue, changed: &JsValue) -> JsValue;
    /// An update: `about`, and facts of the poll. `next_poll_ms` is in ms from now, `None` after the last.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn update(
        about: &JsValue,
        poll: u32,
        elapsed_ms: f64,
        next_poll_ms: Option<f64>,
        state: &str,
    ) -> JsValue;
    /// The result of a check: an update, whether there was a poll, and its error or null.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn check(update: &JsValue, polled: bool, error: &JsValue) -> JsValue;
    /// What an iterator's `next` gives.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn next(done: bool, value: &JsValue) -> JsValue;
    /// Sums over jobs.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn totals(jobs: f64, credits_debited: f64, page_count: f64, successful_page_count: f64) -> JsValue;
    /// Sums over all jobs, with pairs of a status and the sums of its jobs.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn billing(totals: &JsValue, by_status: &Array) -> JsValue;
    /// Completes a job in place. Gives whether its error is an object, if it has one.
    #[wasm_bindgen(js_namespace = objects)]
    pub fn complete(job: &JsValue, names: &JsValue) -> bool;
}
