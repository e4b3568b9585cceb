//! The status logic as JavaScript calls it: synchronous, over statuses and jobs that a caller holds.

use super::failure::Failure;
use super::js;
use super::objects;
use crate::core::history::{self, Totals};
use crate::core::status::{self, Status};
use js_sys::Array;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

fn refuse(argument: &str, problem: &str) -> JsValue {
    Failure::invalid(argument, problem).to_js()
}

/// The status of a status or a job.
fn status_of(of: &JsValue) -> Result<String, JsValue> {
    let status = if of.is_string() { of.clone() } else { js::peek(of, "status") };
    status.as_string().ok_or_else(|| refuse("of", "must be a status or a job"))
}

/// Every documented status, in lifecycle order: rows of its name, whether it is terminal, whether there is a result, and its
/// description.
#[wasm_bindgen(js_name = jobStatuses)]
pub fn job_statuses() -> Result<JsValue, JsValue> {
    // Cannot fail: strings and flags.
    Ok(status::STATUSES.as_slice().serialize(&Serializer::new())?)
}

/// What the status means, in words: "terminal", "hasResult", "blocked". None of them, where the documentation does not
/// list it.
#[wasm_bindgen]
pub fn meaning(of: &JsValue) -> Result<JsValue, JsValue> {
    let known = Status::parse(&status_of(of)?);
    Ok(js::intern_all(known.map_or(&[], Status::meaning)).clone())
}

/// Whether the documentation lists the status.
#[wasm_bindgen(js_name = isKnownStatus)]
pub fn is_known_status(status: &JsValue) -> bool {
    status.as_string().is_some_and(|status| Status::parse(&status).is_some())
}

/// Successful pages over all pages.
#[wasm_bindgen]
pub fn progress(job: &JsValue) -> Result<JsValue, JsValue> {
    if !job.is_object() {
        return Err(refuse("job", "must be a job"));
    }
    let pages = js::peek(job, "pageCount").as_f64();
    Ok(js::nullable(history::progress(pages, js::peek(job, "successfulPageCount").as_f64())))
}

/// Goes through the jobs of a list, each with its status.
fn each(jobs: &JsValue, take: &mut dyn FnMut(JsValue, &str)) -> Result<(), JsValue> {
    let jobs = js::items(jobs).ok_or_else(|| refuse("jobs", "must be an array of jobs"))?;
    for index in 0..jobs.length() {
        let job = jobs.get(index);
        let status = js::peek(&job, "status").as_string();
        take(job, &status.ok_or_else(|| refuse("jobs", "must hold nothing but jobs"))?);
    }
    Ok(())
}

/// The newest job that is not terminal.
#[wasm_bindgen(js_name = currentJob)]
pub fn current_job(jobs: &JsValue) -> Result<JsValue, JsValue> {
    let mut newest = history::Newest::default();
    let mut current = JsValue::NULL;
    each(jobs, &mut |job, status| {
        let created = js::peek(&job, "createdAt").as_string().unwrap_or_default();
        if newest.takes(status, &created) {
            current = job;
        }
    })?;
    Ok(current)
}

fn totals(totals: &Totals) -> JsValue {
    let Totals { jobs, credits_debited, page_count, successful_page_count } = *totals;
    objects::totals(jobs, credits_debited, page_count, successful_page_count)
}

/// What jobs cost.
#[wasm_bindgen(js_name = summarizeBilling)]
pub fn summarize_billing(jobs: &JsValue) -> Result<JsValue, JsValue> {
    let mut billing = history::Billing::default();
    each(jobs, &mut |job, status| {
        let number = |of: &JsValue, name| {
            js::peek(of, name).as_f64().filter(|number| number.is_finite()).unwrap_or(0.0)
        };
        billing.add(
            status,
            &Totals {
                jobs: 1.0,
                credits_debited: number(&js::peek(&job, "billing"), "creditsDebited"),
                page_count: number(&job, "pageCount"),
                successful_page_count: number(&job, "successfulPageCount"),
            },
        );
    })?;
    let by_status = Array::new();
    for (status, sums) in &billing.by_status {
        by_status.push(&Array::of2(&JsValue::from_str(status), &totals(sums)));
    }
    Ok(objects::billing(&totals(&billing.total), &by_status))
}
