//! One poll of a wait that lives in a text. What it means is decided in `core::check`; here is the request.

use super::failure::{Failure, StopReason};
use super::http::{Http, Stop, subject};
use super::jobs::{self, CheckedJob};
use super::js::{self, nullable};
use super::status;
use crate::core::check::{Check, Verdict};
use crate::core::error::Error;
use crate::core::retry::RetryPolicy;
use crate::core::route::Operation;
use crate::core::wait::WaitConfig;
use js_sys::{Array, Date, JsString, Math};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Above the state of a project with as many active jobs as a list can hold, in UTF-16 units.
const LONGEST_STATE: u32 = 1 << 24;

/// What a check was asked for.
pub struct CheckRequest {
    pub operation: &'static Operation,
    pub id: String,
    pub state: Option<String>,
    pub config: WaitConfig,
    pub retry_policy: RetryPolicy,
    /// Of a project: whether it is over once no job is active.
    pub stop_when_idle: bool,
}

/// A state: a string. Nothing else about it can be wrong, as what cannot be read starts anew.
pub fn state(value: &JsValue) -> Result<Option<String>, Error> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let text: &JsString =
        value.dyn_ref().ok_or_else(|| Error::invalid("state", "must be a string, null or undefined"))?;
    Ok(if text.length() > LONGEST_STATE { None } else { Some(String::from(text)) })
}

impl CheckRequest {
    /// Polls once, unless it is too early. Gives what the caller gets.
    pub async fn run(self, http: &Http, stop: &Rc<Stop>) -> Result<JsValue, StopReason> {
        let Self { operation, id, state, config, retry_policy, stop_when_idle } = self;
        let (state, now) = (state.as_deref(), Date::now());
        let mut check = if operation.lists {
            Check::project(&id, state, config, stop_when_idle, now)
        } else {
            Check::job(&id, state, config, now)
        };
        if let Some(left) = check.too_early(now) {
            return Ok(told(&check, &Seen::default(), Some(left), false, now));
        }
        let reply = http.request(operation, &id, retry_policy, stop).await;
        let (now, unit) = (Date::now(), Math::random());
        let mut seen = Seen::default();
        let mut ends = false;
        match reply {
            Err(StopReason::Failed(failure)) if failure.error != Error::ClientClosed => {
                ends = check.failed(&failure.error, unit, now);
                seen.error = Some(failure);
            }
            Err(stop) => return Err(stop),
            Ok(reply) if operation.lists => {
                let all: Array = reply.body.unchecked_into();
                let (list, changed) = (jobs::checked(&all), Array::new());
                for place in check.list_received(&list, reply.retry_after, unit, now) {
                    if let Some(job) = list.get(place) {
                        changed.push(&job.value);
                    }
                }
                seen.list = Some((all, changed));
            }
            Ok(reply) => {
                let job = CheckedJob::new(reply.body);
                let (fresh, changed) = check.job_received(&job, reply.retry_after, unit, now);
                // Of an older answer nothing is told: what is known is not here.
                seen.job = fresh.then_some(job);
                seen.changed = changed;
            }
        }
        let verdict = check.verdict(now);
        if verdict == Verdict::Expired && !ends {
            let about = nullable(seen.job.as_ref().map(|job| job.value.clone()));
            let last_error = nullable(seen.error.as_ref().map(Failure::to_js));
            let expired = Error::WaitTimeout { polls: check.polls(), elapsed_ms: check.elapsed(now) };
            let state = JsValue::from_str(&check.state(now));
            seen.error =
                Some(Failure::from(expired).about(about).ends(&subject(operation, &id)).with(|details| {
                    details.last_error = last_error;
                    details.state = state;
                }));
        }
        let next = match verdict {
            Verdict::Next(ms) if !ends => Some(ms),
            _ => None,
        };
        Ok(told(&check, &seen, next, true, now))
    }
}

/// What a poll had.
#[derive(Default)]
struct Seen {
    job: Option<CheckedJob>,
    changed: bool,
    /// Of a project: all its jobs, and those that changed.
    list: Option<(Array, Array)>,
    error: Option<Failure>,
}

fn told(check: &Check, seen: &Seen, next: Option<f64>, polled: bool, now: f64) -> JsValue {
    let told = js::record()
        .with("polled", polled.into())
        .with("poll", check.polls().into())
        .with("elapsedMs", check.elapsed(now).into())
        .with("nextPollMs", nullable(next))
        .with("state", JsValue::from_str(&check.state(now)))
        .with("error", nullable(seen.error.as_ref().map(Failure::to_js)));
    if check.is_project() {
        let (jobs, changed) = seen
            .list
            .clone()
            .map_or_else(|| (JsValue::NULL, Array::new()), |(jobs, changed)| (jobs.into(), changed));
        let current = status::current_job(&jobs).unwrap_or(JsValue::NULL);
        return told.with("jobs", jobs).with("changed", changed.into()).with("current", current).into();
    }
    let terminal = seen.job.as_ref().is_some_and(|job| job.snapshot.terminal());
    told.with("job", nullable(seen.job.as_ref().map(|job| job.value.clone())))
        .with("terminal", terminal.into())
        .with("changed", seen.changed.into())
        .with("progress", nullable(check.progress()))
        .with("etaMs", nullable(check.eta(now)))
        .into()
}
