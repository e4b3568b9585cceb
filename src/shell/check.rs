//! One poll of a wait that lives in a text. What it means is decided in `core::check`; here is the request.

use super::client::Inner;
use super::failure::{Failure, StopReason};
use super::jobs::{self, CheckedJob};
use super::js::{self, nullable};
use super::options::{self, Options};
use super::status;
use crate::core::check::{Check, Verdict};
use crate::core::error::Error;
use crate::core::retry::RetryPolicy;
use crate::core::route::Endpoint;
use crate::core::wait::WaitConfig;
use js_sys::{Array, Date, JsString, Math};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Above the state of a project with as many active jobs as a list can hold, in UTF-16 units.
const LONGEST_STATE: u32 = 1 << 24;

/// What a check was asked for.
pub struct CheckRequest {
    id: String,
    state: Option<String>,
    config: WaitConfig,
    retry_policy: RetryPolicy,
    /// `None`: one job is asked for. For a project, whether it is over once no job is active.
    stop_when_idle: Option<bool>,
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
    pub fn new(
        inner: &Inner,
        all: bool,
        id: &JsValue,
        text: &JsValue,
        options: &Options,
    ) -> Result<Self, Failure> {
        let id = options::id(if all { "projectId" } else { "jobId" }, id)?;
        let state = state(text)?;
        let config = inner.config(options);
        // Who calls has a schedule of his own: what fails is told and not tried again.
        let once = RetryPolicy { max_retries: 0, ..inner.retry_policy };
        let retry_policy = once.with(options);
        let stop_when_idle = all.then(|| options.flag("stopWhenIdle"));
        Ok(Self { id, state, config, retry_policy, stop_when_idle })
    }
}

/// Polls once, unless it is too early. Gives what the caller gets.
pub async fn run(
    inner: &Rc<Inner>,
    request: CheckRequest,
    stop: &super::oneshot::Oneshot<StopReason>,
) -> Result<JsValue, StopReason> {
    let CheckRequest { id, state, config, retry_policy, stop_when_idle } = request;
    let (state, now) = (state.as_deref(), Date::now());
    let mut check = match stop_when_idle {
        None => Check::job(&id, state, config, now),
        Some(stop) => Check::project(&id, state, config, stop, now),
    };
    if let Some(left) = check.too_early(now) {
        return Ok(told(&check, &Seen::default(), Some(left), false, now));
    }
    let endpoint = if stop_when_idle.is_none() { Endpoint::GetJob } else { Endpoint::ListJobs };
    let reply = match inner.http.request(endpoint, &id, retry_policy, stop).await {
        Err(StopReason::Failed(failure)) if failure.error != Error::ClientClosed => Err(failure),
        Err(stop) => return Err(stop),
        Ok(reply) => {
            let seen = match endpoint {
                Endpoint::GetJob => jobs::checked_job_of(&reply, &id).map(|job| vec![job]),
                Endpoint::ListJobs => jobs::checked_jobs_of(&reply),
            };
            seen.map(|seen| (seen, reply.retry_after))
        }
    };
    let (now, unit) = (Date::now(), Math::random());
    let mut seen = Seen::default();
    let mut ends = false;
    match reply {
        Err(failure) => {
            ends = check.failed(&failure.error, unit, now);
            seen.error = Some(failure);
        }
        Ok((list, retry_after)) => match (endpoint, list.first()) {
            (Endpoint::GetJob, Some(job)) => {
                let (fresh, changed) = check.job_received(job, retry_after, unit, now);
                // Of an older answer nothing is told: what is known is not here.
                seen.job = fresh.then(|| job.clone());
                seen.changed = changed;
            }
            _ => seen.list = Some(list_told(&check.list_received(&list, retry_after, unit, now), &list)),
        },
    }
    let verdict = check.verdict(now);
    if verdict == Verdict::Expired && !ends {
        let about = nullable(seen.job.as_ref().map(|job| job.value.clone()));
        let last_error = nullable(seen.error.as_ref().map(Failure::to_js));
        let expired = Error::WaitTimeout { job_id: id, polls: check.polls(), elapsed_ms: check.elapsed(now) };
        let state = JsValue::from_str(&check.state(now));
        seen.error = Some(Failure::from(expired).about(about).with(|details| {
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

/// What a poll had.
#[derive(Default)]
struct Seen {
    job: Option<CheckedJob>,
    changed: bool,
    /// Of a project: all its jobs, and those that changed.
    list: Option<(Array, Array)>,
    error: Option<Failure>,
}

fn list_told(changed: &[usize], list: &[CheckedJob]) -> (Array, Array) {
    let (all, told) = (Array::new(), Array::new());
    for job in list {
        all.push(&job.value);
    }
    for job in changed.iter().filter_map(|place| list.get(*place)) {
        told.push(&job.value);
    }
    (all, told)
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
